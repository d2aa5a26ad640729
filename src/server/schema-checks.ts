import { FastScoreError } from '../core/errors.ts';
import { RecordCheck } from '../schema/record-check.ts';
import { typedSchema } from '../schema/typed-schema.ts';

/** Clients that do not remove theirs lose the oldest ones. */
const MOST_CHECKS = 1000;

/** Schemas that clients check records against, by the number that each was given. */
export class SchemaChecks {
  readonly #checks = new Map<number, RecordCheck>();
  #nextId = 1;

  /** @throws FastScoreError SCHEMA_INVALID */
  add(schema: unknown): number {
    const check = new RecordCheck([typedSchema(schema).type]);
    const [oldest] = this.#checks.keys();
    if (this.#checks.size === MOST_CHECKS && oldest !== undefined) this.#checks.delete(oldest);
    const id = this.#nextId++;
    this.#checks.set(id, check);
    return id;
  }

  /** @throws FastScoreError SCHEMA_NOT_FOUND */
  get(id: number): RecordCheck {
    const check = this.#checks.get(id);
    if (check !== undefined) return check;
    throw new FastScoreError('SCHEMA_NOT_FOUND', `No schema is being verified under the number ${id}`);
  }

  /** @throws FastScoreError SCHEMA_NOT_FOUND */
  remove(id: number): void {
    this.get(id);
    this.#checks.delete(id);
  }
}
