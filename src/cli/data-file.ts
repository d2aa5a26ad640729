import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { expandLiteral } from '../streams/literal.ts';
import type { NamedDescriptor } from './typed-stream.ts';

/** What a file with data is by its name, beyond what literals know of. */
const ENCODINGS: Readonly<Record<string, string>> = { '.csv': 'csv', '.msgpack': 'msgpack' };

/**
 * The descriptor of a file with data.
 * @param text as the person called it
 */
export async function dataFile(slot: number, path: string, text: string): Promise<NamedDescriptor> {
  const { descriptor } = expandLiteral(`file:${path}`);
  const suffix = extname(path).toLowerCase();
  const encoding = ENCODINGS[suffix];
  if (encoding !== undefined) return { name: text, descriptor: { ...descriptor, Encoding: encoding } };
  // What others call an Avro file is a container; data without one are FastScore's own.
  const isContainer = suffix === '.avro' && (slot % 2 === 1 || (await beginsWith(path, 'Obj\u0001')));
  return { name: text, descriptor: isContainer ? { ...descriptor, Envelope: 'ocf-block' } : descriptor };
}

async function beginsWith(path: string, magic: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return bytesRead === magic.length && buffer.equals(Buffer.from(magic));
  } catch {
    // A pipe cannot be looked into.
    return false;
  } finally {
    await file.close();
  }
}
