import type { TypeTable } from '../find-type.ts';
import type { Encoding } from './encoding.ts';
import { json } from './json.ts';
import { raw } from './raw.ts';
import { utf8 } from './utf8.ts';

/** Every encoding: a new one is a file here and a line below. `utf8` is what literal descriptors write. */
export const ENCODINGS: TypeTable<Encoding> = {
  title: 'Encoding',
  kind: 'Encoding',
  types: new Map([
    ['null', raw],
    ['utf-8', utf8],
    ['utf8', utf8],
    ['json', json],
  ]),
  unsupported: ['csv', 'msgpack', 'avro-binary', 'soap-rpc', 'bert'],
};
