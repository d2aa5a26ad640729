import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FastScoreError } from '../../../src/core/errors.ts';
import { cellKey, itemKey } from '../../../src/core/state/key.ts';
import { createPythonCodec } from '../../../src/jets/codecs/python.ts';
import { pythonPackageDirectory } from '../../../src/jets/launch-python.ts';
import { describeWithPython } from '../../languages.ts';

const codec = createPythonCodec();
const run = promisify(execFile);

/** What Python makes of an expression over `compact`. */
async function python(expression: string): Promise<string> {
  const program = `import json\nfrom fastscore._jet import compact\nprint(${expression})`;
  const env = { ...process.env, PYTHONPATH: pythonPackageDirectory, PYTHONDONTWRITEBYTECODE: '1' };
  return (await run('python3', ['-c', program], { env })).stdout.trim();
}

describeWithPython('compact frames', () => {
  test('a batch arrives with its records, forms and numbers', async () => {
    const lengths = new Uint32Array([1, 2]);
    const records = { form: 'bytes', count: 2, data: Buffer.from('abc'), lengths } as const;
    const emit = { 1: 'json', 65535: 'text' } as const;
    const seqno = 2 ** 40 + 1;
    const body = codec.encode({ t: 'batch', id: 7, slot: 4, seqno, records, emit, origins: true });
    const read = `compact.read_batch(bytes.fromhex('${Buffer.concat(body).toString('hex')}'))`;
    const [header, blobs] = JSON.parse(
      await python(`json.dumps((lambda read: [read[0], [bytes(blob).hex() for blob in read[1]]])(${read}))`),
    ) as [object, string[]];
    expect(header).toEqual({
      t: 'batch',
      id: 7,
      slot: 4,
      seqno,
      count: 2,
      form: 'bytes',
      data: 0,
      lengths: 1,
      emit: { 1: 'json', 65535: 'text' },
      origins: 1,
    });
    expect(blobs).toEqual(['616263', '0100000002000000']);
  });

  test('a result brings outputs, origins and changes', async () => {
    const outputs = `[(1, 'json', 2, b'5\\n6\\n', None, [0, 3]), (3, 'text', 1, b'abc', b'\\3\\0\\0\\0', None)]`;
    const changes = `[(('cell', 'ü'), (b'6', None)), (('item', 'p', 'x'), (b'7', b'\\x80'))]`;
    const body = await python(`b''.join(compact.result(9, ${outputs}, ${changes})).hex()`);
    expect(codec.decode(Buffer.from(body, 'hex'))).toEqual({
      t: 'result',
      id: 9,
      rejected: [],
      outputs: [
        {
          slot: 1,
          records: { form: 'json', count: 2, data: Buffer.from('5\n6\n'), lengths: null },
          sets: null,
          origins: [0, 3],
          haveScalars: true,
        },
        {
          slot: 3,
          records: { form: 'text', count: 1, data: Buffer.from('abc'), lengths: new Uint32Array([3]) },
          sets: null,
          origins: null,
          haveScalars: true,
        },
      ],
      changes: [
        { key: cellKey('ü'), value: { json: '6', native: null } },
        { key: itemKey('p', 'x'), value: { json: '7', native: { language: 'python', data: Buffer.from([0x80]) } } },
      ],
    });
  });

  test('many changes, and names that are no UTF-8, are left to a JSON header', async () => {
    const change = `(('cell', 'n'), (b'1', None))`;
    expect(await python(`compact.result(1, [], [${change}] * 9)`)).toBe('None');
    expect(await python(`compact.result(1, [], [(('cell', '\\ud800'), (b'1', None))])`)).toBe('None');
    expect(await python(`compact.result(1, [], [${change}] * 8) is None`)).toBe('False');
  });
});

describe('bytes that are no compact frame', () => {
  test('are a fault of the protocol, never a crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(3), fc.nat(3), (bytes, outputs, changes) => {
        const head = Buffer.from([0, 0, 0, 0, 1, 0, 0, 0, outputs, 0, changes, 0]);
        try {
          codec.decode(Buffer.concat([head, bytes]));
        } catch (error) {
          expect(error).toBeInstanceOf(FastScoreError);
          expect((error as FastScoreError).code).toBe('JET_PROTOCOL');
        }
      }),
    );
  });
});
