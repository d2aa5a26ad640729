import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findInterpreter } from '../../../src/jets/interpreters.ts';
import { ensureRLibrary } from '../../../src/jets/r-library.ts';

/** Shared by all tests, and by later runs: its content is named after the sources. */
export const testCacheDirectory = join(tmpdir(), `fastscore-test-cache-${process.getuid?.() ?? 0}`);

export async function testRLibrary(): Promise<{ rscript: string; library: string }> {
  const { command: rscript } = await findInterpreter('R');
  return { rscript, library: await ensureRLibrary(rscript, testCacheDirectory) };
}
