import type { TypeTable } from '../find-type.ts';
import { delimitedType } from './delimited.ts';
import { delimitedCsvType } from './delimited-csv.ts';
import type { EnvelopeType } from './envelope.ts';
import { fixedType } from './fixed.ts';
import { ocfBlockType } from './ocf-block.ts';

/** Every envelope: a new one is a file here and a line below. `deliminated` is how old manuals spell it. */
export const ENVELOPES: TypeTable<EnvelopeType> = {
  title: 'Envelope type',
  kind: 'Envelope',
  types: new Map([
    ['delimited', delimitedType],
    ['deliminated', delimitedType],
    ['fixed', fixedType],
    ['delimited-csv', delimitedCsvType],
    ['ocf-block', ocfBlockType],
  ]),
  unsupported: [],
};
