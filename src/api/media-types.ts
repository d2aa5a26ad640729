import { FastScoreError } from '../core/errors.ts';

export const JSON_MEDIA_TYPE = 'application/json';
export const YAML_MEDIA_TYPE = 'application/x-yaml';
export const BYTES_MEDIA_TYPE = 'application/octet-stream';
export const SCHEMA_MEDIA_TYPE = 'application/vnd.fastscore.schema-avro';

/**
 * Media type per model type: clients of 1.10 compare them for equality, so no parameter may follow.
 * The first of two model types with one media type is the one that a media type stands for.
 */
export const MODEL_MEDIA_TYPES: Readonly<Record<string, string>> = {
  'pfa-json': 'application/vnd.fastscore.model-pfa+json',
  'pfa-yaml': 'application/vnd.fastscore.model-pfa-yaml',
  'pfa-pretty': 'application/vnd.fastscore.model-pfa-pretty',
  'h2o-java': 'application/vnd.fastscore.model-h2o-java',
  python: 'application/vnd.fastscore.model-python',
  python3: 'application/vnd.fastscore.model-python3',
  R: 'application/vnd.fastscore.model-r',
  r: 'application/vnd.fastscore.model-r',
  java: 'application/vnd.fastscore.model-java',
  c: 'application/vnd.fastscore.model-c',
  octave: 'application/vnd.fastscore.model-m',
  jupyter: 'application/vnd.fastscore.model-jupyter',
  sas: 'application/vnd.fastscore.model-sas',
};

/** Spellings of older clients, accepted on the way in. */
const OLDER_MEDIA_TYPES: Readonly<Record<string, string>> = {
  'application/vnd.fastscore.model-pfa-json': 'pfa-json',
  'application/vnd.fastscore.model-python2': 'python',
  'application/vnd.pfa+json': 'pfa-json',
  'application/vnd.ppfa': 'pfa-pretty',
  'application/x-yaml': 'pfa-yaml',
  'application/x-r': 'R',
  'application/x-python': 'python',
  'application/x-python2': 'python',
  'application/x-python3': 'python3',
  'application/json': 'pfa-json',
};

/** @throws FastScoreError MODEL_TYPE_UNKNOWN */
export function modelMediaType(mtype: string): string {
  const mediaType = Object.hasOwn(MODEL_MEDIA_TYPES, mtype) ? MODEL_MEDIA_TYPES[mtype] : undefined;
  if (mediaType !== undefined) return mediaType;
  throw new FastScoreError('MODEL_TYPE_UNKNOWN', `'${mtype}' is not a model type`, {
    hint: `Model types are ${Object.keys(MODEL_MEDIA_TYPES).join(', ')}`,
  });
}

const MODEL_TYPES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(OLDER_MEDIA_TYPES),
  ...Object.entries(MODEL_MEDIA_TYPES)
    .reverse()
    .map(([mtype, mediaType]): [string, string] => [mediaType, mtype]),
]);

/** Model type of a `Content-Type`, undefined when it is not one of a model. */
export function modelTypeOf(contentType: string): string | undefined {
  return MODEL_TYPES.get(bareMediaType(contentType));
}

/** A media type without parameters, in lower case. */
export function bareMediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}
