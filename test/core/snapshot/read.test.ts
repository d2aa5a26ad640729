import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FastScoreError } from '../../../src/core/errors.ts';
import type { Snapshot } from '../../../src/core/snapshot/format.ts';
import { readHeader, readSnapshot } from '../../../src/core/snapshot/read.ts';
import { encodeSnapshot } from '../../../src/core/snapshot/write.ts';
import { cellKey } from '../../../src/core/state/key.ts';
import { jsonValue } from '../../../src/core/state/value.ts';
import { bytesOf, inPieces, sealed } from './bytes.ts';
import { entries, header } from './samples.ts';

const sample = () => bytesOf(encodeSnapshot(header, [entries]));
const [head = '', ...rest] = (await sample()).toString('latin1').split('\n');
const body = rest.slice(0, entries.length);

const read = (text: string | Buffer, size?: number): Promise<Snapshot> => readSnapshot(inPieces(text, size));
const refusal = (text: string | Buffer): Promise<unknown> => read(text).then(() => 'accepted', asRefusal);

/** A refusal as a person sees it: a code and one sentence. */
function asRefusal(error: unknown): string {
  if (!(error instanceof FastScoreError)) throw error;
  expect(['SNAPSHOT_CORRUPT', 'SNAPSHOT_FORMAT']).toContain(error.code);
  expect(error.message).toMatch(/^(Snapshot|Not a snapshot) .+[^.]$/);
  expect(error.hint).toMatch(/^[A-Z].+[^.]$/);
  return `${error.code}: ${error.message}`;
}

describe('a damaged snapshot is refused', () => {
  test('with any one byte changed', async () => {
    const bytes = await sample();
    for (let at = 0; at < bytes.length; at++) {
      for (const flip of [1 << (at % 8), 0x80]) {
        const changed = Buffer.from(bytes);
        changed[at] = (changed[at] ?? 0) ^ flip;
        expect(await refusal(changed), `byte ${at}`).not.toBe('accepted');
      }
    }
  });

  test('cut anywhere, and says so', async () => {
    const bytes = await sample();
    for (let size = 1; size < bytes.length; size++) {
      const expected = `SNAPSHOT_CORRUPT: Snapshot is truncated at byte ${size}: its last line is missing`;
      expect(await refusal(bytes.subarray(0, size))).toBe(expected);
    }
  });

  test('with any byte taken out, put in or doubled', async () => {
    const bytes = await sample();
    for (let at = 0; at < bytes.length; at++) {
      const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
      for (const middle of [
        after.subarray(1),
        Buffer.concat([Buffer.from(' '), after]),
        Buffer.concat([after.subarray(0, 1), after]),
      ]) {
        expect(await refusal(Buffer.concat([before, middle])), `byte ${at}`).not.toBe('accepted');
      }
    }
  });

  test('with lines exchanged, left out or followed by anything', async () => {
    const lines = (await sample()).toString('latin1').split('\n').slice(0, -1);
    const join = (some: readonly string[]) => some.map((line) => `${line}\n`).join('');
    const wrongHash = 'SNAPSHOT_CORRUPT: Snapshot was altered: its SHA-256 is not the one in its last line';
    expect(await refusal(join(lines.filter((_, at) => at !== 2)))).toBe(wrongHash);
    expect(await refusal(join([head, body[1] ?? '', body[0] ?? '', ...lines.slice(3)]))).toContain('is out of order');
    const followed = 'SNAPSHOT_CORRUPT: Snapshot was altered: something follows its last line';
    for (const extra of ['\n', ' ', join(lines), 'x'.repeat(100_000)]) {
      expect(await refusal(join(lines) + extra)).toBe(followed);
    }
    expect(await read(join(lines), 1).then((snapshot) => snapshot.entries)).toEqual(entries);
    await expect(readSnapshot(inPieces(`${join(lines)}\n`, 1))).rejects.toThrow('something follows');
  });

  test('or taken as it is, never anything else, when the damage comes with a right SHA-256', async () => {
    const text = `${[head, ...body].join('\n')}`;
    const change = fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async (changes) => {
        const bytes = Buffer.from(text, 'latin1');
        for (const [at, byte] of changes) bytes[at] = byte;
        await refusal(Buffer.from(sealed(bytes.toString('latin1').split('\n')), 'latin1'));
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['no line between header and trailer says what it is', '{}', 'it is neither a cell nor an item of a pool'],
    ['an empty line', '', 'it is neither a cell nor an item of a pool'],
    ['a pool without an item', '{"pool":"p","value":1}', 'it has a pool but no item'],
    ['a name that is no string', '{"cell":1,"value":1}', 'a name is not a string'],
    ['a name without an end', '{"cell":"a', 'a name has no end'],
    ['a name with a bad escape', '{"cell":"\\x","value":1}', 'a name is not a proper string'],
    ['a name with a tab in it', '{"cell":"\t","value":1}', 'a name has a control character'],
    ['no value', '{"cell":"a"}', 'it has no value'],
    ['fields in another order', '{"cell":"a","value":1,"R":"AA=="}', 'JSON text has an unexpected "," at position 1'],
    ['two native forms', '{"cell":"a","python":"AA==","R":"AA==","value":1}', 'it does not end as a line should'],
    ['base64 with a blank', '{"cell":"a","python":"AA= ="}', 'a native value is not base64'],
    ['base64 with bits that are not used', '{"cell":"a","python":"AB=="}', 'a native value is not base64'],
    ['a native form without an end', '{"cell":"a","python":"AA==', 'a native value has no end'],
    ['no JSON', '{"cell":"a","value":NaN}', 'JSON text has an unexpected "N" at position 0'],
    ['two values', '{"cell":"a","value":1 2}', 'JSON text has an unexpected "2" at position 2'],
    ['an empty value', '{"cell":"a","value":}', 'JSON text ends too early, at position 0'],
    ['no closing brace', '{"cell":"a","value":12', 'it does not end as a line should'],
    ['Latin-1 text', '{"cell":"\u00e9","value":1}', 'it has bytes that are not ASCII'],
    ['half a trailer', '{"count":0}', 'its last line is not as it should be'],
  ])('with a right SHA-256 but %s', async (_, line, reason) => {
    const text = Buffer.from(sealed([head, '{"cell":"A","value":0}', line]), 'latin1');
    expect(await refusal(text)).toBe(`SNAPSHOT_CORRUPT: Snapshot is damaged at line 3: ${reason}`);
  });

  test('with a right SHA-256 but keys twice, out of order or miscounted', async () => {
    const lineOf = (name: string) => `{"cell":"${name}","value":1}`;
    expect(await refusal(sealed([head, lineOf('a'), lineOf('a')]))).toContain("line 3: cell 'a' is there twice");
    expect(await refusal(sealed([head, lineOf('b'), lineOf('\\u0061')]))).toContain("line 3: cell 'a' is out of order");
    expect(await refusal(sealed([head, lineOf('a')], 2))).toBe(
      'SNAPSHOT_CORRUPT: Snapshot is damaged: it has 1 keys, its last line says 2',
    );
  });

  test('when its line ends were changed to CR LF', async () => {
    const text = (await sample()).toString('latin1').replaceAll('\n', '\r\n');
    await expect(read(text)).rejects.toMatchObject({
      code: 'SNAPSHOT_CORRUPT',
      message: 'Snapshot was altered: its line ends are CR LF',
      hint: 'Copy the file again as binary',
    });
  });
});

describe('what is no snapshot is refused', () => {
  test.each([
    ['an empty file', '', 'it is empty'],
    ['a short text', 'hello\n', 'it does not begin like one'],
    ['a model', 'def action(x):\n  yield x\n', 'it does not begin like one'],
    ['other JSON', '{"fastscore":"model"}', 'it does not begin like one'],
    ['a zip archive', 'PK\x03\x04', 'it does not begin like one'],
    ['a file with a byte order mark', `\xef\xbb\xbf${head}`, 'it does not begin like one'],
    ['one byte', 'x', 'it does not begin like one'],
  ])('%s', async (_, text, reason) => {
    expect(await refusal(Buffer.from(text, 'latin1'))).toBe(`SNAPSHOT_FORMAT: Not a snapshot of fastscore: ${reason}`);
  });

  test.each([
    ['an Erlang term', '\x83h\x02d'],
    ['an Erlang table file', '\x01\x02\x03\x04\xff'],
    ['a file that names its type', 'ETS1....'],
  ])('a snapshot of FastScore 1.10, %s, with what to do about it', async (_, text) => {
    await expect(read(Buffer.from(text, 'latin1'))).rejects.toMatchObject({
      code: 'SNAPSHOT_FORMAT',
      message: 'Not a snapshot of fastscore: it is one of FastScore 1.10 (ETS1), which only that release can open',
      hint: 'Run the model again from the start of its input, or set its state with a model',
    });
  });

  test('after its first bytes, however long it is', async () => {
    let taken = 0;
    async function* endless() {
      for (;;) {
        taken++;
        yield Buffer.alloc(4, 'x');
      }
    }
    await expect(readSnapshot(endless())).rejects.toMatchObject({ code: 'SNAPSHOT_FORMAT' });
    expect(taken).toBeLessThan(10);
  });
});

describe('lines without an end', () => {
  test.each([
    ['header', head.slice(0, 50), 1_048_576],
    ['value', `${head}\n{"cell":"a","value":"`, 500_000_000],
  ])('in a %s are given up at a limit', async (_, start, limit) => {
    // One buffer again and again, so that the test needs no memory.
    const chunk = Buffer.alloc(limit / 4, 'x');
    let taken = 0;
    async function* endless() {
      yield Buffer.from(start);
      for (;;) {
        taken += chunk.length;
        yield chunk;
      }
    }
    await expect(readSnapshot(endless())).rejects.toMatchObject({
      code: 'SNAPSHOT_CORRUPT',
      message: `Snapshot is damaged: it has a line of more than ${limit} bytes`,
    });
    expect(taken).toBeLessThanOrEqual(1.25 * limit);
  });
});

test('a long value is read in steps between which others run', async () => {
  const json = JSON.stringify('x'.repeat(3_000_000));
  const bytes = await bytesOf(encodeSnapshot(header, [[[cellKey('long'), jsonValue(json)]]]));
  let turns = 0;
  let reading = true;
  const count = () => {
    turns++;
    if (reading) setImmediate(count);
  };
  setImmediate(count);
  const { entries: found } = await readSnapshot(inPieces(bytes, bytes.length));
  reading = false;
  expect(found).toEqual([[cellKey('long'), jsonValue(json)]]);
  expect(turns).toBeGreaterThan(50);
});

test('a value in another spelling of JSON keeps it, and a name is the same name', async () => {
  const { entries: found } = await read(sealed([head, '{"cell":"\\u0061\\/","value": [1, 2.50] }']));
  expect(found).toEqual([[cellKey('a/'), jsonValue(' [1, 2.50] ')]]);
});

describe('the header alone', () => {
  test('is read without reading on', async () => {
    async function* source() {
      yield Buffer.from(`${head}\n{"cell":"a"`);
      throw new Error('read on');
    }
    expect(await readHeader(source())).toEqual(header);
  });

  test('is refused for the same reasons', async () => {
    await expect(readHeader(inPieces(''))).rejects.toThrow('it is empty');
    await expect(readHeader(inPieces(head))).rejects.toThrow(`truncated at byte ${head.length}`);
    await expect(readHeader(inPieces('ETS1'))).rejects.toMatchObject({ code: 'SNAPSHOT_FORMAT' });
    await expect(readHeader(inPieces(head.replace('"version":1', '"version":2')))).rejects.toThrow('truncated');
    await expect(readHeader(inPieces(`${head.replace('"version":1', '"version":2')}\n`))).rejects.toThrow('version 2');
  });
});
