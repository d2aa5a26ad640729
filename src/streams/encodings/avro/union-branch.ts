import { compileCheck, compileExactCheck } from '../../../schema/compile-check.ts';
import { FieldPlaces } from '../../../schema/field-places.ts';
import type { Walk } from '../../../schema/json-walk.ts';
import { CLOSE_MAP, OPEN_MAP, skipSpace, skipString, stringAt } from '../../../schema/json-walk.ts';
import type { SchemaType } from '../../../schema/schema-type.ts';
import { branchTags, describeType } from '../../../schema/schema-type.ts';
import { UnfitRecordError } from '../../unfit-record.ts';

/** Where a value of a union lies, and as which of its types it is written. It holds until the next one is found. */
export interface BranchPlace {
  branch: number;
  /** Where the value begins, its tag left out. */
  at: number;
  /** The end of a value with a tag; -1 when it has none. */
  end: number;
}

/**
 * Finds the type of a union for a value that fits it: the tagged one, or the one that loses nothing, with the fewest fields
 * filled in.
 * @returns a function that throws UnfitRecordError for an object that would lose something whatever its type
 */
export function compileBranchFinder(branches: readonly SchemaType[]): (data: Buffer, at: number) => BranchPlace {
  const finder = new BranchFinder(branches);
  return (data, at) => finder.find(data, at);
}

class BranchFinder {
  readonly #branches: readonly SchemaType[];
  readonly #checks: readonly Walk[];
  readonly #tags: readonly (readonly string[])[];
  readonly #order: readonly number[];
  /** How many of the types an object may be of. */
  readonly #objects: number;
  readonly #exactChecks: readonly Walk[];
  readonly #places: readonly (FieldPlaces | null)[];
  readonly #place: BranchPlace = { branch: -1, at: -1, end: -1 };

  constructor(branches: readonly SchemaType[]) {
    this.#branches = branches;
    this.#checks = branches.map(compileCheck);
    this.#tags = branches.map(branchTags);
    this.#order = branches.map((_, index) => index).sort((a, b) => rank(branches[a]!) - rank(branches[b]!));
    this.#objects = branches.filter(({ kind }) => kind === 'record' || kind === 'map').length;
    this.#exactChecks = this.#objects > 1 ? branches.map(compileExactCheck) : [];
    this.#places = branches.map((branch) => (branch.kind === 'record' ? new FieldPlaces(branch) : null));
  }

  find(data: Buffer, at: number): BranchPlace {
    const place = this.#place;
    if (data[at] === OPEN_MAP && this.#isTagged(data, at)) return place;
    // Where there is no choice, members that the schema does not know are left out as anywhere.
    const hasChoice = data[at] === OPEN_MAP && this.#objects > 1;
    place.branch = hasChoice ? this.#keeping(data, at) : this.#fitting(data, at);
    place.at = at;
    place.end = -1;
    if (place.branch !== -1) return place;
    const names = this.#branches.map(describeType).join(' or ');
    throw new UnfitRecordError(`no type of the union has all members of the object: ${names}`);
  }

  #fitting(data: Buffer, at: number): number {
    return this.#order.find((index) => this.#checks[index]!(data, at) !== -1) ?? -1;
  }

  #keeping(data: Buffer, at: number): number {
    let best = -1;
    let fewest = Number.POSITIVE_INFINITY;
    for (const index of this.#order) {
      if (this.#exactChecks[index]!(data, at) === -1) continue;
      const missing = this.#missing(index, data, at);
      if (missing < fewest) best = index;
      fewest = Math.min(fewest, missing);
      if (fewest === 0) break;
    }
    return best;
  }

  /** How many fields of a record would be filled in. */
  #missing(index: number, data: Buffer, at: number): number {
    const branch = this.#branches[index]!;
    if (branch.kind !== 'record') return 0;
    const places = new Int32Array(branch.fields.length);
    this.#places[index]!.find(data, at, places, 0);
    return places.filter((place) => place === -1).length;
  }

  /** Finds the place of the value of a tagged union. @returns false when the map is a value itself */
  #isTagged(data: Buffer, at: number): boolean {
    const keyStart = skipSpace(data, at + 1);
    const keyEnd = skipString(data, keyStart);
    if (keyEnd === -1) return false;
    const tag = stringAt(data, keyStart, keyEnd);
    const branch = this.#tags.findIndex((names) => names.includes(tag));
    if (branch === -1) return false;
    const value = skipSpace(data, skipSpace(data, keyEnd) + 1);
    const valueEnd = this.#checks[branch]!(data, value);
    if (valueEnd === -1) return false;
    const end = skipSpace(data, valueEnd);
    if (data[end] !== CLOSE_MAP) return false;
    this.#place.branch = branch;
    this.#place.at = value;
    this.#place.end = end + 1;
    return true;
  }
}

/** Of the types that a plain value could be of, the one that loses nothing comes first: double before float, text before bytes. */
function rank({ kind }: SchemaType): number {
  const late = ['long', 'double', 'float', 'bytes', 'fixed'];
  return late.indexOf(kind) + 1;
}
