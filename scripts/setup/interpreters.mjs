import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { withProgress } from '../progress.mjs';
import { run } from '../run.mjs';

/** Package of each language, by package manager. */
const PACKAGES = {
  python: { 'apt-get': 'python3', dnf: 'python3', pacman: 'python', apk: 'python3', zypper: 'python3', brew: 'python' },
  R: { 'apt-get': 'r-base-core', dnf: 'R-core', pacman: 'r', apk: 'R', zypper: 'R-core', brew: 'r' },
};

const NAMES = { python: 'Python >= 3.9', R: 'R >= 4.0' };

/** Which package manager a family of Linux systems has: ID and ID_LIKE in /etc/os-release. */
const MANAGERS = {
  debian: 'apt-get',
  ubuntu: 'apt-get',
  fedora: 'dnf',
  rhel: 'dnf',
  arch: 'pacman',
  alpine: 'apk',
  suse: 'zypper',
  opensuse: 'zypper',
};

const INSTALL_COMMANDS = {
  'apt-get': 'sudo apt-get update && sudo apt-get install -y --no-install-recommends',
  dnf: 'sudo dnf install -y',
  pacman: 'sudo pacman -S --needed',
  apk: 'sudo apk add',
  zypper: 'sudo zypper install',
  brew: 'brew install',
};

/**
 * Finds Python and R; installs what is missing where that needs no question: as root on Debian or Ubuntu.
 * @param {string} root of the project, built
 * @returns {Promise<{ found: Record<string, string>, missing: { language: string, name: string, reason: string }[], advice: string }>}
 *   versions by language, what is missing still, and the command that installs that
 */
export async function installInterpreters(root) {
  // The one place that knows which interpreters will do.
  const { findInterpreter } = await import(pathToFileURL(join(root, 'dist', 'jets', 'interpreters.js')).href);
  const before = await look(findInterpreter);
  if (before.missing.length === 0) return { ...before, advice: '' };
  const manager = packageManager();
  const advice = adviceFor(manager, before.missing);
  if (manager !== 'apt-get' || process.getuid?.() !== 0) return { ...before, advice };
  try {
    await aptInstall(before.missing.map(({ language }) => PACKAGES[language]['apt-get']));
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    return { ...before, advice };
  }
  const after = await look(findInterpreter);
  return { ...after, advice: adviceFor(manager, after.missing) };
}

async function look(findInterpreter) {
  const found = {};
  const missing = [];
  for (const language of Object.keys(PACKAGES)) {
    try {
      found[language] = (await findInterpreter(language)).version;
    } catch (error) {
      missing.push({ language, name: NAMES[language], reason: error.message });
    }
  }
  return { found, missing };
}

async function aptInstall(packages) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const patience = ['-o', 'DPkg::Lock::Timeout=120'];
  const install = [...patience, 'install', '-y', '--no-install-recommends', ...packages];
  await withProgress('Refreshing the list of system packages (apt-get update)', () =>
    run('apt-get', [...patience, 'update'], { env }),
  );
  await withProgress(`Installing ${packages.join(' ')} (apt-get install)`, () => run('apt-get', install, { env }));
}

/** @returns {string | undefined} */
function packageManager() {
  if (process.platform === 'darwin') return 'brew';
  if (!existsSync('/etc/os-release')) return undefined;
  const fields = readFileSync('/etc/os-release', 'utf8').matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm);
  const families = [...fields].flatMap((match) => match[1].split(/\s+/));
  const family = families.find((name) => name in MANAGERS);
  return family === undefined ? undefined : MANAGERS[family];
}

function adviceFor(manager, missing) {
  if (missing.length === 0) return '';
  if (manager === undefined) return `install ${missing.map(({ name }) => name).join(' and ')} and put it on the PATH`;
  return `${INSTALL_COMMANDS[manager]} ${missing.map(({ language }) => PACKAGES[language][manager]).join(' ')}`;
}
