import { access, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { Home } from './home.ts';

/** What `fastscore connect` saves. It may hold a secret: the file is the user's alone. */
export interface SavedConnection {
  readonly url: string;
  readonly token?: string;
  /** Certificates, PEM, trusted beside the system's. */
  readonly ca?: string;
}

/** null when nothing is saved, which is told without loading the library. */
export async function loadConnection(home: Home): Promise<SavedConnection | null> {
  try {
    await access(home.connectionFile);
  } catch {
    return null;
  }
  const { url, token, ca } = (await openFile(home, { replaceUnreadable: false })).store;
  if (typeof url !== 'string') return null;
  return {
    url,
    ...(typeof token === 'string' ? { token } : {}),
    ...(typeof ca === 'string' ? { ca } : {}),
  };
}

export async function saveConnection(home: Home, connection: SavedConnection): Promise<void> {
  (await openFile(home, { replaceUnreadable: true })).store = { ...connection };
}

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
