import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { withProgress } from '../progress.mjs';
import { run } from '../run.mjs';

const SETTINGS = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];

/** Compiles src/ to dist/ when dist/ was made from something else. @param {string} root */
export async function buildIfStale(root) {
  const hash = hashOfSources(root);
  const stamp = stampOf(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash && existsSync(join(root, 'dist', 'cli', 'main.js')))
    return;
  await build(root);
}

/** Compiles src/ to dist/. Commands and engines may be running from there: no file is ever half there. @param {string} root */
export async function build(root) {
  const hash = hashOfSources(root);
  rmSync(stampOf(root), { force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const fresh = join(root, 'dist', `.fresh-${process.pid}`);
  const compile = () =>
    run(process.execPath, [compiler, '-p', 'tsconfig.build.json', '--outDir', fresh], { cwd: root });
  try {
    await withProgress('Compiling (tsc)', compile);
    replaceChanged(fresh, join(root, 'dist'));
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  removeOrphans(root);
  writeFileSync(stampOf(root), hash);
}

/** What dist/ was made from. */
const stampOf = (root) => join(root, 'dist', '.built-from');

/** By contents, not by dates: a change of branch and back is no change. */
function hashOfSources(root) {
  const hash = createHash('sha256');
  const sources = filesBelow(join(root, 'src')).filter((path) => path.endsWith('.ts'));
  for (const path of [...SETTINGS.map((name) => join(root, name)), ...sources.sort()]) {
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Each file takes the place of the old one in one step; those that are the same stay. */
function replaceChanged(fresh, dist) {
  for (const path of filesBelow(fresh)) {
    const target = join(dist, relative(fresh, path));
    if (existsSync(target) && readFileSync(target).equals(readFileSync(path))) continue;
    mkdirSync(dirname(target), { recursive: true });
    renameSync(path, target);
  }
}

/** Takes away what was compiled from sources that are gone. The rest stays in place: an engine may be running from it. */
function removeOrphans(root) {
  const dist = join(root, 'dist');
  for (const path of filesBelow(dist)) {
    const source = join(root, 'src', relative(dist, path).replace(/(\.d\.ts|\.js)$/, '.ts'));
    if (path.endsWith('.js') || path.endsWith('.d.ts')) {
      if (!existsSync(source)) rmSync(path);
    }
  }
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
