import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withProgress } from '../progress.mjs';
import { runNpm } from '../run.mjs';

/** Installs the npm packages of package-lock.json, unless they are there. @param {string} root */
export async function installNodeModules(root) {
  if (isInstalled(root)) return;
  // None of the packages has a script that it needs to run when it is installed.
  const install = () => runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: root });
  await withProgress('Installing the npm packages (npm ci)', install);
}

/**
 * Whether node_modules holds what package-lock.json asks for. npm notes what it has installed in a lock file inside;
 * optional packages that are for another platform are not in it.
 * @param {string} root
 */
export function isInstalled(root) {
  const noted = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(noted)) return false;
  const { '': _root, ...wanted } = packagesOf(join(root, 'package-lock.json'));
  const installed = packagesOf(noted);
  const isCurrent = ([path, { version, integrity, optional }]) => {
    const found = installed[path];
    return found === undefined ? optional === true : found.version === version && found.integrity === integrity;
  };
  return Object.entries(wanted).every(isCurrent) && Object.keys(installed).every((path) => path in wanted);
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
