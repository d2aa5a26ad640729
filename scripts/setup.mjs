/**
 * Makes a checkout ready: npm packages, build, Python and R. Does nothing when all of it is there.
 * Uses nothing but Node itself, because nothing else may be there yet.
 */
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildIfStale } from './setup/build.mjs';
import { installInterpreters } from './setup/interpreters.mjs';
import { installNodeModules } from './setup/node-modules.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/**
 * @returns {Promise<{ versions: Record<string, string>, missing: string[] }>} versions of the languages, and the ones
 *   that this machine cannot run
 * @throws Error when something is missing that cannot be done without; with CI set that is everything
 */
export async function setUp() {
  assertNode();
  await installNodeModules(root);
  await buildIfStale(root);
  // The engine's own knowledge of which interpreters will do.
  const { findInterpreter } = await import(new URL('../dist/jets/interpreters.js', import.meta.url).href);
  const { found, missing, trouble, advice } = await installInterpreters(findInterpreter);
  if (missing.length > 0) {
    const message = [
      ...missing.map(({ reason }) => reason),
      ...(trouble === '' ? [] : [trouble]),
      `Try: ${advice}`,
    ].join('\n');
    if (isCi()) throw new Error(message);
    process.stderr.write(`${message}\nWithout it, everything in ${languagesOf(missing)} is skipped.\n\n`);
  }
  return { versions: found, missing: missing.map(({ language }) => language) };
}

/** Runs the main function of a script; what goes wrong is told in a sentence. @param {() => Promise<number | void>} main */
export function runMain(main) {
  main().then(
    (status) => {
      process.exitCode = status ?? 0;
    },
    (error) => {
      process.stderr.write(`Error: ${error.message}\n`);
      process.exitCode = error.exitStatus ?? 1;
    },
  );
}

export function isMain(url) {
  return url === pathToFileURL(process.argv[1] ?? '').href;
}

function assertNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new Error(`Node 20.19 or later is needed, this is Node ${process.versions.node}`);
}

const isCi = () => !['', '0', 'false', undefined].includes(process.env.CI);

const languagesOf = (missing) =>
  missing.map(({ language }) => (language === 'python' ? 'Python' : language)).join(' and ');

if (isMain(import.meta.url)) runMain(async () => void (await setUp()));
