import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FastScoreError } from '../core/errors.ts';
import type { Io } from './io.ts';
import { fileError, isFile } from './read-input.ts';

/**
 * Schemas that go along with a model: `NAME:DATA`, where DATA is the name of a readable file, `@FILE`, or the
 * schema itself as JSON.
 */
export async function readEmbeddedSchemas(io: Io, options: readonly string[]): Promise<ReadonlyMap<string, unknown>> {
  const schemas = new Map<string, unknown>();
  for (const option of options) {
    const colon = option.indexOf(':');
    if (colon < 1) {
      throw new FastScoreError('BAD_INPUT', `--schema takes NAME:DATA, not '${option}'`, {
        hint: `--schema amps:'"int"', or --schema amps:@amps.avsc`,
      });
    }
    const name = option.slice(0, colon);
    schemas.set(name, parseSchema(name, await readData(io, option.slice(colon + 1))));
  }
  return schemas;
}

async function readData(io: Io, data: string): Promise<string> {
  const file = data.startsWith('@') ? data.slice(1) : (await isFile(io, data)) ? data : undefined;
  if (file === undefined) return data;
  return readFile(resolve(io.cwd, file), 'utf8').catch((cause: unknown) => {
    throw fileError(file, cause);
  });
}

function parseSchema(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new FastScoreError('BAD_INPUT', `The schema '${name}' given with --schema is not JSON`, { cause });
  }
}
