import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { TlsKeys } from '../server/create-server.ts';
import { makeDirectory, writeFileAtomically } from '../util/atomic-file.ts';
import type { Home } from './home.ts';

const YEARS = 2;
const DAY_MS = 24 * 3_600_000;
/** A server may run that long after its start. */
const LEFT_AT_LEAST_MS = 60 * DAY_MS;

export interface OwnCertificate extends TlsKeys {
  /** For `fastscore connect --ca`. */
  readonly certFile: string;
}

/**
 * A certificate that nobody else has signed, for the names of this machine. It is kept, so that clients may be told once
 * to trust it; another one is made when it is about to run out or lacks a name.
 * @param hosts further names and addresses of the server
 */
export async function ownCertificate({ tls: folder }: Home, hosts: readonly string[]): Promise<OwnCertificate> {
  const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const names = [...new Set(['localhost', '127.0.0.1', '::1', hostname(), ...hosts])];
  const kept = await readPair(certFile, keyFile);
  if (kept !== null && isGoodFor(kept, names)) return { ...kept, certFile };
  const made = await makeCertificate(names);
  await makeDirectory(folder);
  await writeFileAtomically(keyFile, made.key);
  await writeFileAtomically(certFile, made.cert);
  return { ...made, certFile };
}

async function readPair(certFile: string, keyFile: string): Promise<TlsKeys | null> {
  try {
    return { cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function isGoodFor({ cert }: TlsKeys, names: readonly string[]): boolean {
  const certificate = new X509Certificate(cert);
  const covers = (name: string) => (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name));
  return Date.parse(certificate.validTo) - Date.now() > LEFT_AT_LEAST_MS && names.every(covers);
}

async function makeCertificate(names: readonly string[]): Promise<TlsKeys> {
  const { generate } = await import('selfsigned');
  const now = Date.now();
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'fastscore' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    // Clocks of clients may be behind.
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + YEARS * 365 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: names.map((name) => (isIP(name) === 0 ? { type: 2, value: name } : { type: 7, ip: name })),
      },
    ],
  });
  return { cert, key };
}
