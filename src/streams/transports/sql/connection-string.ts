import { FastScoreError } from '../../../core/errors.ts';

/** What the client for PostgreSQL is told. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** May be a reference to a secret. */
  readonly password: string | null;
  readonly ssl: boolean;
}

const PORT = 5432;
const DRIVER = /postgres|psql/i;

/**
 * `Driver=...;Server=...;Port=...;Database=...;Uid=...;Pwd=...`, names in any case and values in braces if they must
 * hold a semicolon; or `postgresql://user@host:port/database`.
 * @throws FastScoreError BAD_DESCRIPTOR
 */
export function parseConnectionString(text: string): Database {
  return /^postgres(ql)?:\/\//.test(text) ? parseUrl(text) : parsePairs(text);
}

function parseUrl(text: string): Database {
  if (!URL.canParse(text)) throw bad('is not a proper address');
  const { hostname, port, pathname, username, password, searchParams } = new URL(text);
  return {
    host: hostname || 'localhost',
    port: Number(port) || PORT,
    database: decodeURIComponent(pathname.slice(1)) || decodeURIComponent(username),
    user: decodeURIComponent(username),
    password: password === '' ? null : decodeURIComponent(password),
    ssl: isSecure(searchParams.get('sslmode')),
  };
}

function parsePairs(text: string): Database {
  const pairs = new Map<string, string>();
  for (const [pair] of text.matchAll(/[^;={}]+=(?:\{(?:[^}]|\}\})*\}|[^;]*)/g)) {
    const at = pair.indexOf('=');
    const value = pair.slice(at + 1).trim();
    const plain = value.startsWith('{') ? value.slice(1, -1).replaceAll('}}', '}') : value;
    pairs.set(pair.slice(0, at).trim().toLowerCase(), plain);
  }
  const find = (...names: string[]): string | undefined =>
    names.map((name) => pairs.get(name)).find((value) => value !== undefined);
  const driver = find('driver');
  if (driver !== undefined && !DRIVER.test(driver)) {
    throw new FastScoreError('BAD_DESCRIPTOR', `Driver '${driver}' is not supported by this release`, {
      hint: 'ODBC streams speak to PostgreSQL, whatever the name of its driver',
    });
  }
  const user = find('uid', 'user', 'user id', 'username');
  const database = find('database', 'dbname', 'initial catalog');
  if (user === undefined || database === undefined) throw bad(`must have 'Uid' and 'Database'`);
  return {
    host: find('server', 'servername', 'host') ?? 'localhost',
    port: Number(find('port') ?? PORT),
    database,
    user,
    password: find('pwd', 'password') ?? null,
    ssl: isSecure(find('sslmode') ?? null),
  };
}

const isSecure = (mode: string | null): boolean => /^(require|verify)/.test(mode ?? '');

function bad(what: string): FastScoreError {
  return new FastScoreError('BAD_DESCRIPTOR', `ConnectionString ${what}`, {
    hint: 'Driver=PostgreSQL;Server=HOST;Port=5432;Database=NAME;Uid=USER;Pwd=secret://NAME',
  });
}
