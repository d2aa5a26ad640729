import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { readAll, recordsOf } from '../../streams/read-all.ts';
import type { Broker } from './kafka-broker.ts';
import { createTopic } from './kafka-broker.ts';

const LOGIN = { user: 'ann', password: 'se=cret/1+' };

let folder: string;
let broker: Broker & { readonly secureBootstrap: string };
let authority: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fastscore-kafka-'));
  authority = createCertificate('authority');
  const certificate = join(folder, 'broker-all.pem');
  createCertificate('broker');
  writeFileSync(certificate, ['broker.key', 'broker.pem'].map((name) => readFileSync(join(folder, name))).join('\n'));
  const { startKafka } = (await import(new URL('../../../scripts/services/kafka.mjs', import.meta.url).href)) as {
    startKafka(secure: { certificate: string; user: string; password: string }): Promise<typeof broker>;
  };
  broker = await startKafka({ certificate, ...LOGIN });
});

afterAll(async () => {
  await broker.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The first one signs itself and the others. @returns PEM text */
function createCertificate(name: string): string {
  const [key, request, pem] = ['key', 'csr', 'pem'].map((end) => join(folder, `${name}.${end}`)) as [
    string,
    string,
    string,
  ];
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  const isAuthority = name === 'authority';
  const names = join(folder, 'names');
  writeFileSync(names, 'subjectAltName=IP:127.0.0.1\n');
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key];
  if (isAuthority) {
    openssl('req', '-x509', ...newKey, '-out', pem, '-days', '2', '-subj', '/CN=test authority');
  } else {
    const by = ['-CA', join(folder, 'authority.pem'), '-CAkey', join(folder, 'authority.key'), '-CAcreateserial'];
    openssl('req', ...newKey, '-out', request, '-subj', `/CN=${name}`);
    openssl('x509', '-req', '-in', request, ...by, '-out', pem, '-days', '2', '-extfile', names);
  }
  return readFileSync(pem, 'utf8');
}

const transport = (topic: string, { sasl = {}, tls = { Ca: authority } as object | boolean } = {}): object => ({
  Type: 'Kafka',
  BootstrapServers: [broker.secureBootstrap],
  Topic: topic,
  MaxWaitTime: 1500,
  Sasl: { Mechanism: 'SCRAM-SHA-512', Username: LOGIN.user, Password: LOGIN.password, ...sasl },
  Tls: tls,
});

test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])(
  'records go out and come in over TLS with a login by %s',
  async (Mechanism) => {
    const topic = await createTopic(broker);
    const descriptor = { Transport: transport(topic, { sasl: { Mechanism } }), SkipToRecord: 'earliest' };
    const output = await openTestOutput(descriptor);
    await output.write(recordsOf('json', ['1', '2', '3']));
    await output.close();
    expect((await readAll(await openTestInput(descriptor))).records).toEqual(['1', '2', '3']);
  },
);

test('a transaction and a group work over TLS with a login', async () => {
  const topic = await createTopic(broker);
  const descriptor = { Transport: { ...transport(topic), TransactionalId: 'secure' } };
  const output = await openTestOutput(descriptor);
  await output.write(recordsOf('json', ['1']));
  await output.close();
  const group = { Transport: { ...transport(topic), Group: 'secure' }, SkipToRecord: 'earliest' };
  expect((await readAll(await openTestInput(group))).records).toEqual(['1']);
});

test.each(['PLAIN', 'SCRAM-SHA-256'])('a wrong password is told at once, without it, by %s', async (Mechanism) => {
  const topic = await createTopic(broker);
  const sasl = { Mechanism, Password: 'wrong-password' };
  const opening = openTestInput({ Transport: transport(topic, { sasl }) });
  const error: unknown = await opening.catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    message: expect.stringMatching(/SASL authentication failed/) as string,
    hint: expect.stringMatching(/Username and Password/) as string,
  });
  expect(inspect(error)).not.toContain('wrong-password');
});

test.each([
  ['a certificate of an unknown authority', true, /unable to verify the first certificate/, /"Ca"/],
  ['a listener with TLS when the descriptor has none', false, /Connection closed/, /Is 'Tls' given/],
] as const)('%s is told', async (_, tls, message, hint) => {
  const topic = await createTopic(broker);
  const expected = expect.objectContaining({
    message: expect.stringMatching(message) as string,
    hint: expect.stringMatching(hint) as string,
  }) as Error;
  await expect(openTestInput({ Transport: transport(topic, { tls }) })).rejects.toEqual(expected);
  await expect(openTestOutput({ Transport: transport(topic, { tls }) })).rejects.toEqual(expected);
});
