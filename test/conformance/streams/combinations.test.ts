import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { typedSchema } from '../../../src/schema/typed-schema.ts';
import { parseDescriptor } from '../../../src/streams/descriptor.ts';
import type { InputStream, OutputStream } from '../../../src/streams/types.ts';
import { readAll, recordsOf } from '../../streams/read-all.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import type { EncodingCase } from './forms.ts';
import { ENCODING_CASES, ENVELOPE_CASES, isUnframed, refusal } from './forms.ts';
import { openTestInput } from './input-transports.ts';
import { freeTcpPort, freeUdpPort, startRawWeb } from './network.ts';
import { openTestOutput } from './output-transports.ts';

/** Opens both ends of a stream over a transport. `form` is everything else in the descriptors. */
type OpenBoth = (form: Form) => Promise<Ends>;

interface Form {
  readonly json: object;
  readonly options: object;
}

interface Ends {
  readonly output: OutputStream;
  /** The other end, when the output has been closed if that has to be. */
  input(): Promise<InputStream>;
}

const open = {
  input: ({ json, options }: Form, Transport: unknown, more: object = {}) =>
    openTestInput({ ...json, Transport }, { ...options, ...more }),
  output: ({ json, options }: Form, Transport: unknown, more: object = {}) =>
    openTestOutput({ LingerTime: 20_000, ...json, Transport }, { ...options, ...more }),
};

/** REST has no end of its own. */
async function restEnds(form: Form, Transport: unknown): Promise<Ends> {
  const output = await open.output(form, Transport);
  const input = async (): Promise<InputStream> => {
    const stream = await open.input(form, Transport);
    for (;;) {
      const body = await output.pull!(0);
      if (body === 'eof') break;
      if (body !== 'empty') void stream.push!(body);
    }
    return stream;
  };
  return { output, input };
}

async function webEnds(form: Form, Chunked: boolean): Promise<Ends> {
  const head = `HTTP/1.1 200 OK\r\n${Chunked ? 'Transfer-Encoding: chunked\r\n' : ''}\r\n`;
  const web = await startRawWeb((socket) => socket.end(Buffer.concat([Buffer.from(head), ...web.bodies()])));
  const Transport = { Type: 'HTTP', Url: web.url, Chunked };
  return { output: await open.output(form, Transport), input: () => open.input(form, Transport) };
}

const TRANSPORTS: readonly { name: string; type: string; boundaries: boolean; example: unknown; ends: OpenBoth }[] = [
  {
    name: 'file',
    type: 'file',
    boundaries: false,
    example: { Type: 'file', Path: '/in' },
    ends: async (form) => {
      const Transport = { Type: 'file', Path: join(temporaryFolder(), 'data') };
      return { output: await open.output(form, Transport), input: () => open.input(form, Transport) };
    },
  },
  {
    name: 'stdin and stdout',
    type: 'stdin',
    boundaries: false,
    example: 'stdin',
    ends: async (form) => {
      const stdout = new PassThrough();
      const input = async (): Promise<InputStream> => open.input(form, 'stdin', { stdin: stdout.end() });
      return { output: await open.output(form, 'stdout', { stdout }), input };
    },
  },
  {
    name: 'TCP',
    type: 'TCP',
    boundaries: false,
    example: { Type: 'TCP', Host: 'h', Port: 1 },
    ends: async (form) => {
      const place = { Type: 'TCP', Host: '127.0.0.1', Port: await freeTcpPort() };
      const input = await open.input(form, { ...place, Role: 'listen' });
      return { output: await open.output(form, place), input: async () => input };
    },
  },
  {
    name: 'REST chunked',
    type: 'REST',
    boundaries: false,
    example: { Type: 'REST', Mode: 'chunked' },
    ends: (form) => restEnds(form, { Type: 'REST', Mode: 'chunked' }),
  },
  {
    name: 'HTTP',
    type: 'HTTP',
    boundaries: false,
    example: { Type: 'HTTP', Url: 'http://h/' },
    ends: (form) => webEnds(form, false),
  },
  {
    name: 'REST simple',
    type: 'REST',
    boundaries: true,
    example: { Type: 'REST', Mode: 'simple' },
    ends: (form) => restEnds(form, { Type: 'REST', Mode: 'simple' }),
  },
  {
    name: 'HTTP chunked',
    type: 'HTTP',
    boundaries: true,
    example: { Type: 'HTTP', Url: 'http://h/', Chunked: true },
    ends: (form) => webEnds(form, true),
  },
  {
    name: 'UDP',
    type: 'UDP',
    boundaries: true,
    example: { Type: 'UDP', Port: 1 },
    ends: async (form) => {
      const Port = await freeUdpPort();
      const input = await open.input(form, { Type: 'UDP', BindTo: '127.0.0.1', Port });
      const output = await open.output(form, { Type: 'UDP', Host: '127.0.0.1', Port });
      return { output, input: async () => input };
    },
  },
];

/** Boundary-keeping transports that only brokers and databases stand behind are looked at as descriptors. */
const DESCRIBED = [
  { name: 'Kafka', type: 'Kafka', boundaries: true, example: { Type: 'Kafka', BootstrapServers: ['h:1'], Topic: 't' } },
  { name: 'S3', type: 'S3', boundaries: false, example: { Type: 'S3', Bucket: 'abc', ObjectKey: 'k' } },
  { name: 'exec', type: 'exec', boundaries: false, example: { Type: 'exec', Run: 'cat' } },
  { name: 'inline text', type: 'inline', boundaries: false, example: { Type: 'inline', Data: 'x' } },
];

const COMBINATIONS = ENCODING_CASES.flatMap((encoding) =>
  ENVELOPE_CASES.map((Envelope) => ({
    encoding,
    Envelope,
    shown: `${encoding.Encoding}, ${JSON.stringify(Envelope)}`,
  })),
);

const jsonOf = ({ Encoding, schema }: EncodingCase, Envelope: unknown): object => ({
  Encoding,
  Schema: schema,
  ...(Envelope === undefined ? {} : { Envelope }),
});

describe.each([...TRANSPORTS, ...DESCRIBED])('over $name', (transport) => {
  const { boundaries, example } = transport;
  const refused = COMBINATIONS.flatMap(({ encoding, Envelope, shown }) => {
    const reason = refusal(encoding.Encoding, Envelope, transport);
    return reason === null ? [] : [{ encoding, Envelope, shown, reason }];
  });
  const legal = COMBINATIONS.filter(
    ({ encoding, Envelope }) => refusal(encoding.Encoding, Envelope, transport) === null,
  );

  test.each(refused)('$shown is refused: $reason', ({ encoding, Envelope, reason }) => {
    expect(() => parseDescriptor({ Transport: example, ...jsonOf(encoding, Envelope) })).toThrow(reason);
  });

  if (!('ends' in transport)) {
    test.each(legal)('$shown is accepted', ({ encoding, Envelope }) => {
      expect(parseDescriptor({ Transport: example, ...jsonOf(encoding, Envelope) }).warnings).toEqual([]);
    });
    return;
  }

  // Over REST nothing but a control record says that the one record of such a stream is complete, and that would be part of it.
  const usable = legal.filter(
    ({ encoding, Envelope }) => transport.type !== 'REST' || !isUnframed(encoding.Encoding, Envelope, boundaries),
  );

  test.each(usable)('$shown: records come out as they went in', async ({ encoding, Envelope }) => {
    const { schema, form, Encoding } = encoding;
    // What nothing tells apart is one record.
    const records = isUnframed(Encoding, Envelope, boundaries) ? encoding.records.slice(0, 1) : encoding.records;
    const options = schema === null ? {} : { schema: typedSchema(schema) };
    const { output, input } = await transport.ends({ json: jsonOf(encoding, Envelope), options });
    await output.write(recordsOf(form, records));
    const hasEnd = ['REST', 'UDP'].includes(transport.type);
    if (hasEnd) await output.control({ kind: 'end' });
    await output.close();
    const read = await readAll(await input());
    expect(read.rejects).toEqual([]);
    // Records of fixed size are filled up with zero bytes.
    expect(read.records.map((record) => record.replace(/\0+$/, ''))).toEqual(records);
  });
});
