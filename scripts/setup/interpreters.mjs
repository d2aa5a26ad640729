import { existsSync, readFileSync } from 'node:fs';
import process from 'node:process';
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

/** @typedef {{ language: string, name: string, reason: string }} Missing */

/**
 * Finds Python and R; installs what is missing where that needs no question: as root on Debian or Ubuntu.
 * @param {(language: string) => Promise<{ version: string }>} findInterpreter rejects when there is none that will do
 * @param {Machine} machine
 * @returns {Promise<{ found: Record<string, string>, missing: Missing[], trouble: string, advice: string }>}
 *   versions by language, what is missing still, why it could not be installed, and the command that installs it
 */
export async function installInterpreters(findInterpreter, machine = thisMachine()) {
  const before = await look(findInterpreter);
  const manager = packageManager(machine);
  const mayInstall = before.missing.length > 0 && manager === 'apt-get' && machine.isRoot;
  if (!mayInstall) return { ...before, trouble: '', advice: adviceFor(manager, before.missing) };
  const packages = before.missing.map(({ language }) => PACKAGES[language]['apt-get']);
  const trouble = await aptInstall(packages, machine.run).then(
    () => '',
    (error) => error.message,
  );
  const after = await look(findInterpreter);
  return { ...after, trouble, advice: adviceFor(manager, after.missing) };
}

/**
 * @typedef {{ platform: string, isRoot: boolean, osRelease: string, run: typeof run }} Machine
 * @returns {Machine}
 */
function thisMachine() {
  const file = '/etc/os-release';
  const osRelease = existsSync(file) ? readFileSync(file, 'utf8') : '';
  return { platform: process.platform, isRoot: process.getuid?.() === 0, osRelease, run };
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

async function aptInstall(packages, runProgram) {
  const apt = (...args) =>
    runProgram('apt-get', ['-o', 'DPkg::Lock::Timeout=120', ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  await withProgress('Refreshing the list of system packages (apt-get update)', () => apt('update'));
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  await withProgress(`Installing ${packages.join(' ')} (apt-get install)`, install);
}

/** @returns {string | undefined} */
function packageManager({ platform, osRelease }) {
  if (platform === 'darwin') return 'brew';
  const fields = osRelease.matchAll(/^(?:ID|ID_LIKE)="?([^"\n]*)"?$/gm);
  const families = [...fields].flatMap((match) => match[1].split(/\s+/));
  const family = families.find((name) => Object.hasOwn(MANAGERS, name));
  return family === undefined ? undefined : MANAGERS[family];
}

function adviceFor(manager, missing) {
  if (missing.length === 0) return '';
  if (manager === undefined) return `install ${missing.map(({ name }) => name).join(' and ')} and put it on the PATH`;
  return `${INSTALL_COMMANDS[manager]} ${missing.map(({ language }) => PACKAGES[language][manager]).join(' ')}`;
}
