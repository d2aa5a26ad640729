import { randomInt } from 'node:crypto';
import { FastScoreError } from '../core/errors.ts';
import { splitItems } from './split-items.ts';

/** A descriptor as it would stand in the catalog. */
export interface LiteralDescriptor {
  readonly Transport: unknown;
  readonly Encoding: string | null;
}

/** A stream argument with a colon is a literal; any other is the name of a stream. */
export function isLiteral(text: string): boolean {
  return text.includes(':');
}

/**
 * What a literal stands for, under a made-up name.
 * @throws FastScoreError BAD_DESCRIPTOR
 */
export function expandLiteral(text: string): { name: string; descriptor: LiteralDescriptor } {
  return { name: `inline-${randomInt(1_000_001)}`, descriptor: parseLiteral(text) };
}

/**
 * Expands `tag:rest` as clients of FastScore do it: `inline:1,2,3`, `file:/data/in.json`, `rest:`.
 * @throws FastScoreError BAD_DESCRIPTOR
 */
export function parseLiteral(text: string): LiteralDescriptor {
  const colon = text.indexOf(':');
  if (colon === -1) throw new FastScoreError('BAD_DESCRIPTOR', `${text} is not a literal descriptor`);
  const tag = text.slice(0, colon);
  const form = FORMS.get(tag);
  if (form === undefined) {
    throw new FastScoreError('BAD_DESCRIPTOR', `transport tag unknown: ${tag}`, {
      hint: FORMS.has(tag.trim().toLowerCase()) ? `${tag.trim().toLowerCase()}:${text.slice(colon + 1)}` : ALL_TAGS,
    });
  }
  const rest = text.slice(colon + 1);
  const transport = form.transport(rest, text);
  if (transport === null) {
    throw new FastScoreError(
      'BAD_DESCRIPTOR',
      `literal descriptor parse error (a valid ${tag} literal example: ${form.example})`,
    );
  }
  return { Transport: transport, Encoding: form.guesses ? guessEncoding(rest) : 'json' };
}

interface LiteralForm {
  readonly example: string;
  /** Whether the end of the text tells the encoding. */
  readonly guesses: boolean;
  /** null: cannot be parsed. */
  transport(rest: string, text: string): unknown;
}

const HTTP: LiteralForm = {
  example: 'https://myhost.com/mydata.json',
  guesses: true,
  transport: (rest, text) => (rest === '' ? null : { Type: 'HTTP', Url: text }),
};

const FORMS: ReadonlyMap<string, LiteralForm> = new Map([
  ['http', HTTP],
  ['https', HTTP],
  ['kafka', { example: 'kafka:mybroker:9092/topic.json', guesses: true, transport: kafka }],
  ['rest', { example: 'rest:', guesses: false, transport: (rest) => (rest === '' ? 'REST' : null) }],
  [
    'rest-chunked',
    {
      example: 'rest-chunked:',
      guesses: false,
      transport: (rest) => (rest === '' ? { Type: 'REST', Mode: 'chunked' } : null),
    },
  ],
  [
    'file',
    {
      example: 'file:/path/to/mydata.json',
      guesses: true,
      transport: (rest) => (rest.startsWith('/') ? { Type: 'file', Path: rest } : null),
    },
  ],
  ['tcp', { example: 'tcp:myhost.com:1234', guesses: false, transport: tcp }],
  ['udp', { example: 'udp:10.0.0.1:124', guesses: false, transport: udp }],
  [
    'exec',
    {
      example: 'exec:myscript.sh',
      guesses: false,
      transport: (rest) => (rest.trim() === '' ? null : { Type: 'exec', Run: rest }),
    },
  ],
  ['inline', { example: 'inline:1,2,3', guesses: false, transport: inline }],
  ['inline-chunked', { example: 'inline-chunked:%06abc', guesses: false, transport: inlineChunked }],
  ['discard', { example: 'discard:', guesses: false, transport: (rest) => (rest === '' ? 'discard' : null) }],
]);

const KAFKA_PORT = '9092';

const ALL_TAGS = `Use one of ${[...FORMS.keys()].map((tag) => `${tag}:`).join(' ')}, or a descriptor for other transports`;

function kafka(rest: string): unknown {
  const match = /^([^:/]+)(?::(\d+))?\/([^/]+)$/.exec(rest);
  if (match === null) return null;
  const [, host, port = KAFKA_PORT, path] = match;
  const topic = path!.replace(/\.[^.]*$/, '');
  return topic === '' ? null : { Type: 'Kafka', BootstrapServers: [`${host}:${port}`], Topic: topic };
}

function tcp(rest: string): unknown {
  const place = hostAndPort(rest);
  return place === null ? null : { Type: 'TCP', Host: place.host === '' ? '0.0.0.0' : place.host, Port: place.port };
}

function udp(rest: string): unknown {
  const place = hostAndPort(rest);
  if (place === null) return null;
  return { Type: 'UDP', Port: place.port, ...(place.host === '' ? {} : { Host: place.host }) };
}

function hostAndPort(rest: string): { host: string; port: number } | null {
  const match = /^([^:]*):(\d{1,5})$/.exec(rest);
  return match === null ? null : { host: match[1]!, port: Number(match[2]) };
}

function inline(rest: string): unknown {
  if (!rest.includes('%')) return { Type: 'inline', Data: splitItems(Buffer.from(rest)).map(String) };
  return { Type: 'inline', DataBinary: splitItems(percentDecoded(rest)).map((item) => item.toString('base64')) };
}

function inlineChunked(rest: string): unknown {
  if (!rest.includes('%')) return { Type: 'inline', Data: rest };
  return { Type: 'inline', DataBinary: percentDecoded(rest).toString('base64') };
}

function percentDecoded(text: string): Buffer {
  const parts = text.split(/(%[0-9A-Fa-f]{2})/);
  return Buffer.concat(
    parts.map((part, i) => (i % 2 === 1 ? Buffer.from(part.slice(1), 'hex') : Buffer.from(part, 'utf8'))),
  );
}

const ENCODING_BY_SUFFIX: readonly [string, string | null][] = [
  ['.avro', 'avro-binary'],
  ['.utf8', 'utf8'],
  ['.bin', null],
];

function guessEncoding(rest: string): string | null {
  const known = ENCODING_BY_SUFFIX.find(([suffix]) => rest.endsWith(suffix));
  return known === undefined ? 'json' : known[1];
}
