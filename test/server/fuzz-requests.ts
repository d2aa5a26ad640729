import fc from 'fast-check';

export interface FuzzRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'DELETE' | 'HEAD' | 'PATCH' | 'OPTIONS';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer;
}

interface Swagger {
  readonly paths: Record<string, Record<string, unknown>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly type?: string;
  readonly enum?: string[];
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
  '{"Transport":{"Type":"file","Path":"../../x"}}',
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

/** Requests that the Swagger document of a server allows, and some that it does not. */
export function fuzzRequests({ paths }: Swagger, base = ''): fc.Arbitrary<FuzzRequest> {
  const operations = Object.entries(paths)
    .filter(([path]) => !path.endsWith('/shutdown'))
    .flatMap(([path, item]) =>
      Object.keys(item)
        .filter((method) => method !== 'parameters')
        .map((method) => [path, method.toUpperCase() as FuzzRequest['method'], item[method] as Operation] as const),
    );
  return fc.oneof(...operations.map(([path, method, operation]) => requestOf(base, path, method, operation)));
}

function requestOf(base: string, path: string, method: FuzzRequest['method'], operation: Operation) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  const query = (operation.parameters ?? []).filter((parameter) => parameter.in === 'query');
  return fc
    .record({
      names: fc.tuple(...names.map(() => oddText)),
      query: fc.tuple(...query.map((parameter) => fc.option(queryValueOf(parameter)))),
      contentType: fc.constantFrom(...(operation.consumes ?? []), ...(operation.consumes ?? []), ...ODD_TYPES),
      payload: operation.consumes === undefined ? fc.constant(Buffer.alloc(0)) : oddBody,
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

/** Times that are kept would make a test wait. */
function queryValueOf({ name, enum: values = [] }: Parameter): fc.Arbitrary<string> {
  if (TIMES.has(name)) return fc.constantFrom(...SHORT_TIMES);
  return values.length === 0 ? oddText : fc.oneof(fc.constantFrom(...values), oddText);
}

function encoded(text: string): string {
  return encodeURIComponent(text);
}
