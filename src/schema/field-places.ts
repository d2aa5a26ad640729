import { CLOSE_MAP, COLON, COMMA, isKeyAt, OPEN_MAP, skipSpace, skipString, skipValue, stringAt } from './json-walk.ts';
import type { RecordType } from './schema-type.ts';

/** Finds the values of a record's fields in the JSON text of an object, whose members may come in any order. */
export class FieldPlaces {
  readonly #keys: readonly Buffer[];
  readonly #indexOf: ReadonlyMap<string, number>;

  constructor({ fields }: RecordType) {
    this.#keys = fields.map(({ name }) => Buffer.from(JSON.stringify(name)));
    this.#indexOf = new Map(fields.map(({ name }, index) => [name, index]));
  }

  /**
   * @param places where the value of each field begins is written there from `base` on, -1 for a field that is missing
   * @returns the end of the object, -1 when there is none
   */
  find(data: Buffer, at: number, places: Int32Array, base: number): number {
    const keys = this.#keys;
    places.fill(-1, base, base + keys.length);
    if (data[at] !== OPEN_MAP) return -1;
    let end = skipSpace(data, at + 1);
    if (data[end] === CLOSE_MAP) return end + 1;
    for (let next = 0; ; ) {
      const keyStart = end;
      let field = next;
      if (next < keys.length && isKeyAt(data, keyStart, keys[next]!)) {
        end = keyStart + keys[next]!.length;
      } else {
        end = skipString(data, keyStart);
        if (end === -1) return -1;
        field = this.#indexOf.get(stringAt(data, keyStart, end)) ?? -1;
      }
      end = skipSpace(data, end);
      if (data[end] !== COLON) return -1;
      end = skipSpace(data, end + 1);
      if (field !== -1) {
        places[base + field] = end;
        next = field + 1;
      }
      end = skipValue(data, end);
      if (end === -1) return -1;
      end = skipSpace(data, end);
      if (data[end] === CLOSE_MAP) return end + 1;
      if (data[end] !== COMMA) return -1;
      end = skipSpace(data, end + 1);
    }
  }
}
