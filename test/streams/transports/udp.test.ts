import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { freeUdpPort, sendDatagrams } from '../../conformance/streams/network.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { nextItem, readAll, recordsOf, textsOf } from '../read-all.ts';

test.each(['BindTo', 'Bind', 'Host'])('a datagram is a record; %s is where they are received', async (field) => {
  const port = await freeUdpPort();
  const input = await openTestInput({ Transport: { Type: 'UDP', [field]: '127.0.0.1', Port: port } });
  const output = await openTestOutput({ Transport: { Type: 'UDP', Host: '127.0.0.1', Port: port } });
  const first = nextItem(input);
  await output.write(recordsOf('json', ['{"a": 1}']));
  const item = await first;
  expect(item.kind === 'batch' && textsOf(item.records)).toEqual(['{"a": 1}']);
  await output.close();
});

test('an end control record in a datagram ends the input', async () => {
  const port = await freeUdpPort();
  const input = await openTestInput({ Transport: { Type: 'UDP', BindTo: '127.0.0.1', Port: port } });
  const output = await openTestOutput({ Transport: { Type: 'UDP', Host: '127.0.0.1', Port: port } });
  const reading = readAll(input);
  await output.write(recordsOf('json', ['1', '2', '{"$fastscore":"end"}', '3']));
  expect((await reading).records).toEqual(['1', '2']);
});

test('datagrams that come while nobody takes are held up to a bound; those beyond are lost, and counted', async () => {
  const port = await freeUdpPort();
  const warnings: string[] = [];
  const input = await openTestInput(
    { Transport: { Type: 'UDP', BindTo: '127.0.0.1', Port: port } },
    { bufferBytes: 1, onWarning: (text) => warnings.push(text) },
  );
  const datagram = `"${'x'.repeat(60_000)}"`;
  // 24 MB, of which 16 are held.
  for (let i = 0; i < 400; i++) {
    await sendDatagrams(port, [datagram]);
    await setImmediate();
  }
  const reading = readAll(input);
  await vi.waitFor(() => expect(warnings).toHaveLength(1), 20_000);
  await sendDatagrams(port, ['{"$fastscore":"end"}']);
  const { records } = await reading;
  expect(records.length).toBeLessThan(300);
  expect(warnings[0]).toMatch(/\d+ datagrams were lost: they came faster than they were read/);
});
