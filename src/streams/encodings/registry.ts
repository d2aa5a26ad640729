import type { TypeTable } from '../find-type.ts';
import { avroBinary } from './avro-binary.ts';
import { csvType } from './csv.ts';
import type { Encoding, EncodingType } from './encoding.ts';
import { json } from './json.ts';
import { msgpack } from './msgpack.ts';
import { raw } from './raw.ts';
import { utf8 } from './utf8.ts';

/** Every encoding: a new one is a file here and a line below. `utf8` is what literal descriptors write. */
export const ENCODINGS: TypeTable<EncodingType> = {
  title: 'Encoding',
  kind: 'Encoding',
  types: new Map([
    ['null', plain(raw)],
    ['utf-8', plain(utf8)],
    ['utf8', plain(utf8)],
    ['json', plain(json)],
    ['csv', csvType],
    ['msgpack', plain(msgpack)],
    ['avro-binary', plain(avroBinary)],
  ]),
  unsupported: ['soap-rpc', 'bert'],
};

/** An encoding about which a descriptor has no more to say than its name. */
function plain(encoding: Encoding): EncodingType {
  return { name: encoding.name, fields: [], parse: () => encoding };
}
