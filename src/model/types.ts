import { extname } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import { nearestName } from '../util/nearest-name.ts';

/** Model types as FastScore 1.10 names them; `python` is Python 2 there. Their media types are in `api/media-types.ts`. */
export const MODEL_TYPES = [
  'python',
  'python3',
  'R',
  'java',
  'c',
  'octave',
  'pfa-json',
  'pfa-yaml',
  'pfa-pretty',
  'h2o-java',
  'jupyter',
  'sas',
] as const;

export type ModelType = (typeof MODEL_TYPES)[number];

const ALIASES: ReadonlyMap<string, ModelType> = new Map([
  ['python2', 'python'],
  ['r', 'R'],
  ['h2o', 'h2o-java'],
]);

/** Every name by which a type may be called. */
export const MODEL_TYPE_NAMES: ReadonlySet<string> = new Set([...MODEL_TYPES, ...ALIASES.keys()]);

/** Case matters. The order is that of the CLI's error text. */
const EXTENSIONS: ReadonlyMap<string, ModelType> = new Map([
  ['.pfa', 'pfa-json'],
  ['.ppfa', 'pfa-pretty'],
  ['.json', 'pfa-json'],
  ['.yaml', 'pfa-yaml'],
  ['.py', 'python'],
  ['.py3', 'python3'],
  ['.R', 'R'],
  ['.c', 'c'],
  ['.m', 'octave'],
  ['.ipynb', 'jupyter'],
  ['.java', 'java'],
]);

/** @throws FastScoreError MODEL_TYPE_UNKNOWN */
export function parseModelType(name: string): ModelType {
  const type = MODEL_TYPES.find((known) => known === name) ?? ALIASES.get(name);
  if (type !== undefined) return type;
  const near = nearestName(name, [...MODEL_TYPES, ...ALIASES.keys()]);
  throw new FastScoreError('MODEL_TYPE_UNKNOWN', `Model type '${name}' is unknown`, {
    hint: `${near === undefined ? '' : `Did you mean '${near}'? `}The model types are ${MODEL_TYPES.join(', ')}`,
  });
}

/**
 * The type that the extension of `file` (its last suffix) stands for.
 * @throws FastScoreError MODEL_TYPE_UNKNOWN
 */
export function modelTypeOfFile(file: string): ModelType {
  const type = EXTENSIONS.get(extname(file));
  if (type !== undefined) return type;
  const extensions = [...EXTENSIONS.keys()].join(', ');
  throw new FastScoreError('MODEL_TYPE_UNKNOWN', `${file} must have a proper extension (${extensions})`, {
    hint: 'Rename the file, or name the type with --type',
  });
}

/**
 * The type of a source that came without a name: Python 2 or R, by the definition of `action`, as 1.10 guessed.
 * @throws FastScoreError MODEL_TYPE_UNKNOWN
 */
export function guessModelType(source: string): ModelType {
  if (/def\s+action\(/.test(source)) return 'python';
  if (/action\s+<-\s+function\(/.test(source)) return 'R';
  throw new FastScoreError('MODEL_TYPE_UNKNOWN', 'Cannot guess model type (use -type:<model_type>)', {
    hint: `The model types are ${MODEL_TYPES.join(', ')}`,
  });
}

/** File suffixes that say the type of a model in a catalog: the extensions, and `.TYPE` for types that have none. */
export const TYPE_OF_SUFFIX: ReadonlyMap<string, ModelType> = new Map([
  ...EXTENSIONS,
  ...MODEL_TYPES.filter((type) => ![...EXTENSIONS.values()].includes(type)).map((type): [string, ModelType] => [
    `.${type}`,
    type,
  ]),
]);

/** The suffix under which a catalog stores models of `type`. */
export function suffixOfType(type: ModelType): string {
  for (const [suffix, candidate] of TYPE_OF_SUFFIX) if (candidate === type) return suffix;
  throw new TypeError(`No suffix for model type ${type}`);
}
