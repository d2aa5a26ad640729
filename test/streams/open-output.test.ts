import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RecordForm, Records } from '../../src/core/records.ts';
import { openTestInput } from '../conformance/streams/input-transports.ts';
import { openTestOutput } from '../conformance/streams/output-transports.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { readAll, recordsOf } from './read-all.ts';

const SET = { kind: 'set' } as const;

test.each<[string, object, RecordForm, string]>([
  ['json lines', { Encoding: 'json' }, 'json', '1\n22\n{"$fastscore":"set"}\n'],
  ['json and another separator', { Encoding: 'json', Envelope: separated('|') }, 'json', '1|22|{"$fastscore":"set"}|'],
  ['json end to end', { Encoding: 'json', Envelope: null }, 'json', '122{"$fastscore":"set"}'],
  ['text lines', { Encoding: 'utf-8' }, 'text', '1\n22\n☮fastscore.set\n'],
  ['text with CRLF', { Encoding: 'utf-8', Envelope: separated('\r\n') }, 'text', '1\r\n22\r\n☮fastscore.set\r\n'],
  ['bytes end to end', { Encoding: null, Envelope: null }, 'bytes', '122\xfastscore.set'],
  [
    'a fixed size',
    { Encoding: null, Envelope: { Type: 'fixed', Size: 12 } },
    'bytes',
    `1${zeros(11)}22${zeros(10)}\xfastscore.set`,
  ],
  ['a small fixed size', { Encoding: 'json', Envelope: { Type: 'fixed', Size: 1 } }, 'json', '12{'],
])('records are written as %s', async (_, json, form, expected) => {
  const path = join(temporaryFolder(), 'out');
  const stream = await openTestOutput({ Transport: { Type: 'file', Path: path }, ...json });
  expect(stream.form).toBe(form);
  const size = await stream.write(recordsOf(form, ['1', '22']));
  await stream.control(SET);
  await stream.close();
  const written = readFileSync(path, form === 'bytes' ? 'latin1' : 'utf8');
  expect(written).toBe(expected);
  expect(size).toBeLessThan(written.length);
});

test('what one stream writes another one reads', async () => {
  const record = fc.string({ unit: fc.constantFrom('a', ' ', 'é', '"', '\t') }).map((text) => JSON.stringify(text));
  const shape = fc.constantFrom(
    { Encoding: 'json' },
    { Encoding: 'json', Envelope: separated('\r\n') },
    { Encoding: 'utf-8' },
    { Encoding: 'utf-8', Envelope: separated('ab') },
    { Encoding: 'json', Envelope: { Type: 'fixed', Size: 200 } },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(record)), shape, async (batches, json) => {
      const path = join(temporaryFolder(), 'out');
      const Transport = { Type: 'file', Path: path };
      const output = await openTestOutput({ Transport, ...json });
      for (const batch of batches) await output.write(recordsOf(output.form, batch));
      await output.close();
      expect((await readAll(await openTestInput({ Transport, ...json }))).records).toEqual(batches.flat());
    }),
    { numRuns: 50 },
  );
});

test('text that is not UTF-8 is rejected, its neighbours are written', async () => {
  const path = join(temporaryFolder(), 'out');
  const stream = await openTestOutput({ Transport: { Type: 'file', Path: path }, Encoding: 'utf-8' });
  await stream.write(textRecords([0x61], [0xff], [0xc3], [0xa9], [0xc3, 0xa9]));
  await stream.close();
  expect(readFileSync(path, 'utf8')).toBe('a\né\n');
  const reject = { by: 'encoding', slot: 1, seqno: null, reason: 'not valid UTF-8' };
  expect(stream.takeRejects()).toMatchObject([reject, reject, reject]);
  expect(stream.takeRejects()).toEqual([]);
});

test('records of another form are a mistake of the caller', async () => {
  const stream = await openTestOutput({ Transport: 'discard' });
  await expect(stream.write(recordsOf('text', ['1']))).rejects.toThrow(new TypeError('slot 1 takes json, not text'));
});

test('discard takes everything, tells its size and is ended when it is closed', async () => {
  const stream = await openTestOutput({ Transport: 'discard' });
  expect(await stream.write(recordsOf('json', ['1', '22']))).toBe(5);
  expect(stream.ended).toBe(false);
  expect(stream.pull).toBeNull();
  await stream.close();
  expect(stream.ended).toBe(true);
});

function separated(Separator: string): object {
  return { Type: 'delimited', Separator };
}

function zeros(count: number): string {
  return '\0'.repeat(count);
}

function textRecords(...records: number[][]): Records {
  const lengths = Uint32Array.from(records, ({ length }) => length);
  return { form: 'text', count: records.length, data: Buffer.from(records.flat()), lengths };
}
