import { isAbsolute, resolve } from 'node:path';

/**
 * A descriptor whose file is named in full: in a file with a descriptor relative paths start from where that file is.
 * @returns `descriptor` itself when there is nothing to change
 */
export function withPathFrom(directory: string, descriptor: object): object {
  const { Transport: transport } = descriptor as { Transport?: unknown };
  if (typeof transport !== 'object' || transport === null) return descriptor;
  const { Type: type, Path: path } = transport as { Type?: unknown; Path?: unknown };
  if (String(type).toLowerCase() !== 'file' || typeof path !== 'string' || path === '' || isAbsolute(path)) {
    return descriptor;
  }
  return { ...descriptor, Transport: { ...transport, Path: resolve(directory, path) } };
}
