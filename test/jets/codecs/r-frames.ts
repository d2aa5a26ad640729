import { writeJson } from '../../../src/jets/codecs/r-serialize/json-text.ts';
import { readR } from '../../../src/jets/codecs/r-serialize/reader.ts';
import { JsonWriter } from '../../../src/jets/codecs/r-serialize/to-json.ts';
import type { RValue } from '../../../src/jets/codecs/r-serialize/value.ts';
import type { Field } from '../../../src/jets/codecs/r-serialize/value-writer.ts';
import { RValueWriter } from '../../../src/jets/codecs/r-serialize/value-writer.ts';

/** The body of a frame as an R jet would send it. */
export function rBody(fields: Readonly<Record<string, Field>>): Buffer {
  const writer = new RValueWriter();
  writer.start();
  writer.fields(fields);
  return writer.take();
}

/** `serialize(value, NULL, version = 2, xdr = FALSE)` of what JSON.parse gave. */
export function rBytes(value: unknown, listsOfOne = false): Buffer {
  const writer = new RValueWriter();
  writer.start();
  writeJson(writer, JSON.stringify(value), value, {
    listsOfOne,
    checkTexts: true,
    rawTexts: false,
    prefixedKeys: false,
  });
  return writer.take();
}

export function jsonOf(value: RValue | Buffer): string {
  const writer = new JsonWriter(16);
  writer.write(Buffer.isBuffer(value) ? readR(value) : value);
  return writer.sink.bytes().toString();
}
