import { encodeSnapshot } from '../../src/core/snapshot/write.ts';
import type { Entry } from '../../src/core/state/entry.ts';
import { cellKey } from '../../src/core/state/key.ts';
import { jsonValue } from '../../src/core/state/value.ts';

/** The bytes of a small snapshot. @param isNative whether a value of it is one that only Python can open */
export async function sampleSnapshot({
  id = 'abcd1234',
  model = 'm',
  total = 1,
  isNative = false,
} = {}): Promise<Buffer> {
  const header = {
    id,
    model,
    created: '2026-03-01T08:30:00.000Z',
    engine: '2.0.0',
    trigger: 'eof',
    records: { in: {}, out: {} },
    positions: {},
  };
  const native = { language: 'python' as const, data: Buffer.from('pickle') };
  const entries: Entry[] = [
    ...(isNative ? [[cellKey('object'), { json: null, native }] as const] : []),
    [cellKey('total'), jsonValue(`${total}`)],
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of encodeSnapshot(header, [entries])) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
