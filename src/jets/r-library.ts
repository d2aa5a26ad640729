import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FastScoreError } from '../core/errors.ts';
import { packageRoot } from '../util/package-root.ts';
import { release } from '../util/release.ts';
import { systemErrorCode } from '../util/system-error.ts';

const run = promisify(execFile);

export const rPackageDirectory = join(packageRoot, 'src', 'jets', 'r');

/** Nobody reads help in this library, and what loads the package is the jet itself. */
const INSTALL_OPTIONS = ['--no-docs', '--no-multiarch', '--no-test-load', '--no-staged-install', '--no-lock'];
const INSTALL_TIMEOUT_MS = 120_000;

const installed = new Map<string, Promise<string>>();

/**
 * A directory for R_LIBS that holds the R package `fastscore` of this release, installed there on first use. Its name tells the
 * release, the R version, the platform and a hash of the sources, so that any of them can change.
 * @throws FastScoreError INTERPRETER_MISSING with what R said when the package cannot be installed
 */
export function ensureRLibrary(rscript: string, cacheDirectory: string): Promise<string> {
  const cacheKey = `${rscript}\n${cacheDirectory}`;
  const known = installed.get(cacheKey);
  if (known !== undefined) return known;
  const library = findOrInstall(rscript, cacheDirectory);
  installed.set(cacheKey, library);
  // A full disk or a missing directory may be put right while we run: try again next time.
  library.catch(() => installed.delete(cacheKey));
  return library;
}

async function findOrInstall(rscript: string, cacheDirectory: string): Promise<string> {
  try {
    const library = join(cacheDirectory, await libraryName(rscript));
    if (!(await isInstalled(library))) await install(rscript, cacheDirectory, library);
    return library;
  } catch (error) {
    const { message, stderr = '' } = error as Error & { stderr?: string };
    const reason = /^ERROR:?\s*(.+)$/m.exec(stderr)?.[1] ?? message.split('\n', 1)[0];
    throw new FastScoreError(
      'INTERPRETER_MISSING',
      `Cannot install the R package fastscore into ${cacheDirectory}: ${reason}`,
      {
        hint: `Try it by hand: R CMD INSTALL ${rPackageDirectory}`,
        details: { rscript, output: stderr.trim() },
        cause: error,
      },
    );
  }
}

async function libraryName(rscript: string): Promise<string> {
  const { stdout, stderr } = await run(rscript, ['--version']);
  const version = /\d+\.\d+\.\d+/.exec(stdout + stderr)?.[0] ?? 'unknown';
  return `r-library-${release}-R${version}-${process.platform}-${process.arch}-${await hashSources()}`;
}

/** Covers what is installed; help pages are not. */
async function hashSources(): Promise<string> {
  const hash = createHash('sha256').update(INSTALL_OPTIONS.join(' '));
  const sources = (await readdir(join(rPackageDirectory, 'R'))).sort().map((name) => join('R', name));
  for (const name of ['DESCRIPTION', 'NAMESPACE', ...sources]) {
    const content = await readFile(join(rPackageDirectory, name));
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 12);
}

async function isInstalled(library: string): Promise<boolean> {
  try {
    await access(join(library, 'fastscore', 'Meta', 'package.rds'));
    return true;
  } catch {
    return false;
  }
}

/** Into a directory of our own, which becomes `library` at once: nobody sees half a package, and two may do this at a time. */
async function install(rscript: string, cacheDirectory: string, library: string): Promise<void> {
  await mkdir(cacheDirectory, { recursive: true, mode: 0o700 });
  const temporary = await mkdtemp(join(cacheDirectory, 'r-library-new-'));
  try {
    // Through Rscript, so that it is done by the R that will load the package.
    const expression = 'quit(status = system2(file.path(R.home("bin"), "R"), shQuote(commandArgs(TRUE))))';
    const command = ['CMD', 'INSTALL', ...INSTALL_OPTIONS, `--library=${temporary}`, rPackageDirectory];
    await run(rscript, ['--vanilla', '--default-packages=NULL', '-e', expression, ...command], {
      timeout: INSTALL_TIMEOUT_MS,
    });
    await moveInto(temporary, library);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

async function moveInto(temporary: string, library: string): Promise<void> {
  try {
    await rename(temporary, library);
  } catch (error) {
    const isThere = ['EEXIST', 'ENOTEMPTY'].includes(systemErrorCode(error) ?? '');
    // Another process was faster. What is there and is not whole can only be the remains of a removal.
    if (isThere && (await isInstalled(library))) return;
    if (!isThere) throw error;
    await rm(library, { recursive: true, force: true });
    await rename(temporary, library);
  }
}
