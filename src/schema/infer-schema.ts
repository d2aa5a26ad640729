import { FastScoreError } from '../core/errors.ts';
import {
  OPEN_LIST,
  OPEN_MAP,
  QUOTE,
  skipInteger,
  skipNumber,
  skipSpace,
  skipString,
  skipValue,
  stringAt,
  walkList,
  walkMap,
} from './json-walk.ts';
import { Sample, SchemaNames } from './sample.ts';

/** Collects records and says which schema they have in common. Memory depends on their variety, not on their number. */
export class SchemaInference {
  readonly #sample = new Sample();
  readonly #areTexts: boolean;

  /** @param options.areTexts values are texts, as in CSV: those that look like numbers, booleans or nothing count as such */
  constructor({ areTexts = false } = {}) {
    this.#areTexts = areTexts;
  }

  /**
   * @param line a JSON text and its newline
   * @throws FastScoreError BAD_INPUT
   */
  add(line: Buffer): void {
    const start = skipSpace(line, 0);
    const end = skipValue(line, start);
    if (end === -1 || skipSpace(line, end) !== line.length - 1) {
      throw new FastScoreError('BAD_INPUT', `Not JSON: ${line.toString('utf8', 0, 100).trimEnd()}`);
    }
    this.#look(line, start, this.#sample);
  }

  /** An Avro schema. @throws FastScoreError BAD_INPUT when there was no record */
  result(): unknown {
    if (this.#sample.count === 0) throw new FastScoreError('BAD_INPUT', 'There is no record to infer a schema from');
    return this.#sample.schema(new SchemaNames());
  }

  #look(data: Buffer, at: number, sample: Sample): number {
    sample.count += 1;
    switch (data[at]) {
      case QUOTE: {
        const end = skipString(data, at);
        const text = stringAt(data, at, end);
        if (this.#areTexts) sample.addCell(text);
        else sample.addText(text);
        return end;
      }
      case OPEN_MAP:
        return this.#lookAtMap(data, at, sample);
      case OPEN_LIST: {
        const items = sample.items();
        return walkList(data, at, (_, item) => this.#look(data, item, items));
      }
      case 0x74:
      case 0x66:
        sample.hasBoolean = true;
        return skipValue(data, at);
      case 0x6e:
        sample.hasNull = true;
        return skipValue(data, at);
      default: {
        const end = skipNumber(data, at);
        sample.addNumber(data.toString('latin1', at, end), skipInteger(data, at) !== -1);
        return end;
      }
    }
  }

  #lookAtMap(data: Buffer, at: number, sample: Sample): number {
    sample.maps += 1;
    return walkMap(data, at, (_, keyStart, keyEnd, value) =>
      this.#look(data, value, sample.member(stringAt(data, keyStart, keyEnd))),
    );
  }
}
