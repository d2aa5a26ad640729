import fc from 'fast-check';
import type { Schema } from '../../src/server/openapi/operation.ts';
import { valuesOf } from './openapi/values.ts';

export interface FuzzRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD' | 'PATCH' | 'OPTIONS';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

export interface Swagger {
  readonly paths: Record<string, Record<string, unknown>>;
  readonly definitions: Readonly<Record<string, Schema>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly type?: string;
  readonly enum?: string[];
  readonly schema?: Schema;
}

interface Operation {
  readonly consumes?: string[];
  readonly parameters?: Parameter[];
}

const ODD_TEXTS = [
  '',
  '.',
  '..',
  '../../etc/passwd',
  '/',
  '\\',
  '%',
  '%00',
  '\0',
  'a\nb',
  '\u202e',
  '😀',
  '__proto__',
  'constructor',
  '-1',
  '0',
  '1',
  '2',
  '65536',
  '1e9',
  'NaN',
  'null',
  'true',
  'False',
  'x'.repeat(300),
  'kept',
  ';$(x)',
  '\'"<b>',
];
const ODD_BODIES = [
  '',
  '{',
  '[]',
  'null',
  '0',
  '"int"',
  '{"a":1,}',
  '[1,2',
  '{"__proto__":{}}',
  '{"Transport":"REST","Encoding":"json"}',
  '{"Transport":{"Type":"file","Path":"/nowhere/../x"}}',
  '{"Transport":"nope"}',
  '{"data":1}',
  '{"Tap":"sys.memory"}',
  '[[[[[[[[[[',
  `${'['.repeat(500)}${']'.repeat(500)}`,
  '{"misc":7}',
  'a: &a [*a]',
  '--b\r\n',
  '\ufeff{}',
  '1e999',
  '--b\r\nContent-Disposition: attachment; filename="../x"\r\nContent-Type: application/zip\r\n\r\nPK\r\n--b--\r\n',
];
const ODD_TYPES = [
  '',
  'text/plain',
  'multipart/mixed; boundary=b',
  'multipart/form-data',
  'x',
  '*/*',
  'application/json',
];
const SHORT_TIMES = ['0', '0.01', '-1', 'x', '1e9', ''];
const TIMES = new Set(['wait', 'timeout', 'duration']);

const oddText = fc.oneof(fc.constantFrom(...ODD_TEXTS), fc.string({ unit: 'binary', maxLength: 40 }));
const oddBody = fc.oneof(
  fc.constantFrom(...ODD_BODIES).map((text) => Buffer.from(text)),
  fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const MODELS = [
  'def action(x):\n    yield x\n',
  'action <- function(x) emit(x)\n',
  '# fastscore.schema.0: kept\n',
  '{"input":1}',
];
const PARTS = [
  'Content-Disposition: x-model; name="m"\r\nContent-Type: application/vnd.fastscore.model-python3',
  'Content-Type: application/vnd.fastscore.model-r\r\nContent-Disposition: x-model; name="../m"',
  'Content-Disposition: x-schema; name="s"\r\nContent-Type: application/vnd.fastscore.schema-avro',
  'Content-Disposition: attachment; filename="a.zip"\r\nContent-Type: application/zip',
  'Content-Disposition: attachment; filename="a"\r\nContent-Type: message/external-body; access-type=x-model-manage; ref="urn:fastscore:attachment:kept:a"',
  'Content-Type: application/octet-stream',
  'Content-Type',
  '',
];

/** As multipart/mixed with the boundary `b`, most of the time. */
const multipart = fc
  .tuple(
    fc.array(fc.tuple(fc.constantFrom(...PARTS), fc.oneof(fc.constantFrom(...MODELS, '"int"'), oddBody)), {
      maxLength: 4,
    }),
    fc.constantFrom('--b--\r\n', '--b--', '--b', ''),
  )
  .map(([parts, end]) => {
    const chunks = parts.flatMap(([head, body]) => [
      Buffer.from(`--b\r\n${head}\r\n\r\n`),
      Buffer.from(body),
      Buffer.from('\r\n'),
    ]);
    return Buffer.concat([...chunks, Buffer.from(end)]);
  });

/** Requests that the Swagger document of a server allows, and some that it does not. */
export function fuzzRequests({ paths, definitions }: Swagger, base = ''): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(paths)
    .filter(([path]) => !path.endsWith('/shutdown'))
    .flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => method !== 'parameters')
        .map((method) => [path, method.toUpperCase() as FuzzRequest['method'], item[method] as Operation] as const),
    );
  return fc.oneof(
    ...operations.map(([path, method, operation]) => requestOf(base, path, method, operation, definitions)),
  );
}

function requestOf(
  base: string,
  path: string,
  method: FuzzRequest['method'],
  operation: Operation,
  definitions: Swagger['definitions'],
) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  return fc
    .record({
      names: fc.tuple(...names.map(() => oddText)),
      query: fc.tuple(...query.map((parameter) => fc.option(queryValueOf(parameter)))),
      contentType: fc.constantFrom(...(operation.consumes ?? []), ...(operation.consumes ?? []), ...ODD_TYPES),
      payload: bodiesOf(operation, definitions),
      accept: fc.constantFrom('', 'application/json', 'application/x-yaml', 'application/vnd.fastscore.error+json'),
      other: fc.oneof(
        { arbitrary: fc.constant(method), weight: 20 },
        { arbitrary: fc.constant('PATCH' as const), weight: 1 },
      ),
    })
    .map((made): FuzzRequest => {
      const filled = names.reduce((url, name, index) => url.replace(`{${name}}`, encoded(made.names[index]!)), path);
      const pairs = query.flatMap(({ name }, index) => {
        const value = made.query[index];
        return value === null || value === undefined ? [] : [`${name}=${encoded(value)}`];
      });
      return {
        method: made.other,
        url: `${base}${filled}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`,
        headers: {
          ...(made.contentType === '' ? {} : { 'content-type': made.contentType }),
          ...(made.accept === '' ? {} : { accept: made.accept }),
        },
        payload: made.payload,
      };
    });
}

/** Bodies as the operation's own schema has them, those and others with a mistake in them, and any other. */
function bodiesOf({ consumes, parameters = [] }: Operation, definitions: Swagger['definitions']): fc.Arbitrary<Buffer> {
  if (consumes === undefined) return fc.constant(Buffer.alloc(0));
  const schema = parameters.find((parameter) => parameter.in === 'body')?.schema;
  if (schema === undefined) return oddBody;
  const own =
    schema.format === 'binary'
      ? fc.oneof(
          fc.constantFrom(...MODELS).map((text) => Buffer.from(text)),
          multipart,
        )
      : valuesOf(schema, definitions).map((value) => Buffer.from(JSON.stringify(value)));
  return fc.oneof({ arbitrary: own, weight: 3 }, { arbitrary: oddBody, weight: 1 });
}

/** Times that are kept would make a test wait. */
function queryValueOf({ name, enum: values = [] }: Parameter): fc.Arbitrary<string> {
  if (TIMES.has(name)) return fc.constantFrom(...SHORT_TIMES);
  return values.length === 0 ? oddText : fc.oneof(fc.constantFrom(...values), oddText);
}

function encoded(text: string): string {
  return encodeURIComponent(text);
}
