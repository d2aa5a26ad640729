import { access, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { Home } from './home.ts';

/** What `fastscore connect`, `login` and `use` save. It may hold a secret: the file is the user's alone. */
export interface SavedConnection {
  /** Address of a server; absent: commands go to the user's own engine. */
  readonly url?: string;
  /** The header of that name, such as `Bearer ...`. */
  readonly authorization?: string;
  /** The header of that name: a session of the server's. */
  readonly cookie?: string;
  /** Certificates, PEM, trusted beside the system's. */
  readonly ca?: string;
  /** The instance that commands about sensors go to. */
  readonly target?: string;
  /** The engine that was chosen last. */
  readonly engine?: string;
  /** The Model Manage instance that was chosen last. */
  readonly modelManage?: string;
}

const FIELDS = ['url', 'authorization', 'cookie', 'ca', 'target', 'engine', 'modelManage'] as const;

/** null when nothing is saved, which is told without loading the library. */
export async function loadConnection(home: Home): Promise<SavedConnection | null> {
  try {
    await access(home.connectionFile);
  } catch {
    return null;
  }
  const { store } = await openFile(home, { replaceUnreadable: false });
  return Object.fromEntries(
    FIELDS.flatMap((field) => (typeof store[field] === 'string' ? [[field, store[field]]] : [])),
  );
}

/** For its owner only, and in the place of one that cannot be read. */
export async function saveConnection(home: Home, connection: SavedConnection): Promise<void> {
  (await openFile(home, { replaceUnreadable: true })).store = { ...connection };
}

/** Commands go to the own engine again. */
export async function forgetConnection(home: Home): Promise<void> {
  await rm(home.connectionFile, { force: true });
}

async function openFile(home: Home, { replaceUnreadable }: { replaceUnreadable: boolean }) {
  const { default: Conf } = await import('conf');
  const name = basename(home.connectionFile, '.json');
  try {
    return new Conf<Record<string, string>>({
      cwd: dirname(home.connectionFile),
      configName: name,
      configFileMode: 0o600,
      clearInvalidConfig: replaceUnreadable,
    });
  } catch (cause) {
    throw new FastScoreError('FILE_UNREADABLE', `The saved connection in ${home.connectionFile} cannot be read`, {
      hint: 'fastscore connect <url>, or fastscore connect --embedded',
      cause,
    });
  }
}
