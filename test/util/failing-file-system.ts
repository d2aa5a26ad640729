import type { FileHandle } from 'node:fs/promises';
import { open, rename } from 'node:fs/promises';
import type { AtomicFileSystem } from '../../src/util/atomic-file.ts';

export class DiskError extends Error {
  readonly code = 'EIO';
}

/**
 * The real file system, whose n-th call (open, write, sync, close or rename, counted from 1) fails with EIO.
 * A failing write leaves half of its bytes behind; a failing close closes all the same.
 */
export function failingFileSystem(failAt: number): { readonly fileSystem: AtomicFileSystem; readonly calls: string[] } {
  const calls: string[] = [];
  const fails = (call: string) => calls.push(call) === failAt;
  const fileSystem = {
    open: async (...args: Parameters<typeof open>) => {
      if (fails('open')) throw new DiskError('open');
      return failingHandle(await open(...args), fails);
    },
    rename: async (...args: Parameters<typeof rename>) => {
      if (fails('rename')) throw new DiskError('rename');
      await rename(...args);
    },
  } as AtomicFileSystem;
  return { fileSystem, calls };
}

function failingHandle(handle: FileHandle, fails: (call: string) => boolean): FileHandle {
  return {
    write: async (bytes: Uint8Array, at: number) => {
      const broken = fails('write');
      // Short writes are allowed, so make all of them short.
      const written = await handle.write(bytes, at, Math.ceil((bytes.length - at) / 2));
      if (broken) throw new DiskError('write');
      return written;
    },
    sync: async () => {
      if (fails('sync')) throw new DiskError('sync');
      await handle.sync();
    },
    close: async () => {
      const broken = fails('close');
      await handle.close();
      if (broken) throw new DiskError('close');
    },
  } as unknown as FileHandle;
}
