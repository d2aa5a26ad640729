import { access, constants, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { FastScoreError } from '../../core/errors.ts';
import { describeSystemError, systemErrorCode } from '../../util/system-error.ts';
import { embeddedSocketPath } from '../embedded/socket-path.ts';
import type { Home } from '../home.ts';
import type { Io } from '../io.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';

const MEBIBYTE = 1024 * 1024;
const TOO_LITTLE_MEBIBYTES = 100;
const LITTLE_MEBIBYTES = 1024;

/** The directories that commands and engine work in: permissions, and room on the disk. */
export async function checkPlaces(home: Home, env: Io['env']): Promise<Finding[]> {
  return [
    await findingOf('Home', () => describeHome(home)),
    await findingOf('Catalog', () => describeCatalog(home)),
    await findingOf('Socket', async () => embeddedSocketPath(home, env)),
    await findingOf('Temporary files', async () =>
      writable(tmpdir(), 'set TMPDIR to a directory that you may write to'),
    ),
    await checkDisk(home),
  ];
}

async function describeHome({ directory }: Home): Promise<string> {
  const found = await nearestExisting(directory);
  if (found !== directory) {
    await writable(found, 'set FASTSCORE_HOME to a directory that you may write to');
    return `${directory}, which will be made when it is needed`;
  }
  await writable(directory, `chmod u+rwx ${directory}, or set FASTSCORE_HOME`);
  const { mode, uid } = await stat(directory);
  if (process.getuid !== undefined && uid !== process.getuid()) {
    throw new FastScoreError('FILE_UNREADABLE', `${directory} belongs to somebody else (user ${uid})`, {
      hint: `sudo chown -R $(id -u) ${directory}`,
    });
  }
  if ((mode & 0o022) !== 0) {
    throw new FastScoreError('FILE_UNREADABLE', `Others may write to ${directory}`, {
      hint: `chmod go-w ${directory}`,
    });
  }
  return directory;
}

async function describeCatalog({ catalog }: Home): Promise<string> {
  const { Catalog } = await import('../../catalog/catalog.ts');
  const opened = new Catalog(catalog);
  const [models, streams, schemas] = await Promise.all([
    opened.models.list(),
    opened.streams.list(),
    opened.schemas.list(),
  ]);
  return `${models.length} models, ${streams.length} streams, ${schemas.length} schemas`;
}

async function writable(directory: string, hint: string): Promise<string> {
  try {
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    return directory;
  } catch (cause) {
    throw new FastScoreError('FILE_UNREADABLE', `${directory} cannot be used: ${describeSystemError(cause)}`, {
      hint,
      cause,
    });
  }
}

async function checkDisk({ directory }: Home): Promise<Finding> {
  const place = await nearestExisting(directory);
  const { bavail, bsize } = await statfs(place);
  const free = Math.floor((bavail * bsize) / MEBIBYTE);
  const text = `${free.toLocaleString('en-US')} MiB free for ${directory}`;
  if (free >= LITTLE_MEBIBYTES) return { what: 'Disk', state: 'ok', text };
  const fix = 'fastscore snapshot prune <model> --keep 5, or set FASTSCORE_HOME to a larger disk';
  return { what: 'Disk', state: free < TOO_LITTLE_MEBIBYTES ? 'wrong' : 'note', text, fix };
}

async function nearestExisting(directory: string): Promise<string> {
  for (let place = directory; ; place = dirname(place)) {
    try {
      await stat(place);
      return place;
    } catch (error) {
      if (systemErrorCode(error) !== 'ENOENT' || place === dirname(place)) return place;
    }
  }
}
