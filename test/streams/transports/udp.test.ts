import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { nextItem, readAll, recordsOf, textsOf } from '../read-all.ts';

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

test.each(['BindTo', 'Bind', 'Host'])('a datagram is a record; %s is where they are received', async (field) => {
  const port = await freePort();
  const input = await openTestInput({ Transport: { Type: 'UDP', [field]: '127.0.0.1', Port: port } });
  const output = await openTestOutput({ Transport: { Type: 'UDP', Host: '127.0.0.1', Port: port } });
  const first = nextItem(input);
  await output.write(recordsOf('json', ['{"a": 1}']));
  const item = await first;
  expect(item.kind === 'batch' && textsOf(item.records)).toEqual(['{"a": 1}']);
  await output.close();
});

test('an end control record in a datagram ends the input', async () => {
  const port = await freePort();
  const input = await openTestInput({ Transport: { Type: 'UDP', BindTo: '127.0.0.1', Port: port } });
  const output = await openTestOutput({ Transport: { Type: 'UDP', Host: '127.0.0.1', Port: port } });
  const reading = readAll(input);
  await output.write(recordsOf('json', ['1', '2', '{"$fastscore":"end"}', '3']));
  expect((await reading).records).toEqual(['1', '2']);
});
