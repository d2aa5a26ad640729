import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { loadScript } from './load-script.ts';

interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  readonly osRelease: string;
  run(command: string, args: readonly string[]): Promise<string>;
}

type Find = (language: string) => Promise<{ version: string }>;

const { isInstalled } = await loadScript<{ isInstalled(root: string): boolean }>('setup/node-modules.mjs');
const { installInterpreters } = await loadScript<{
  installInterpreters(
    find: Find,
    machine: Machine,
  ): Promise<{ found: Record<string, string>; missing: { language: string }[]; trouble: string; advice: string }>;
}>('setup/interpreters.mjs');

describe('the set-up of npm packages', () => {
  const lock = (packages: object): string => JSON.stringify({ packages });
  const wanted = {
    '': { name: 'fastscore' },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/for-another-system': { version: '1.0.0', optional: true },
  };
  const installed = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
  const check = (noted: object): boolean =>
    isInstalled(temporaryFolder({ 'package-lock.json': lock(wanted), 'node_modules/.package-lock.json': lock(noted) }));

  it('finds them missing', () => {
    expect(isInstalled(temporaryFolder({ 'package-lock.json': lock(wanted) }))).toBe(false);
  });

  it('finds them in place, whether or not the optional ones fit this system', () => {
    expect(check(installed)).toBe(true);
    expect(check({ ...installed, 'node_modules/for-another-system': { version: '1.0.0' } })).toBe(true);
  });

  it('finds them stale after any change of the lock file', () => {
    expect(check({})).toBe(false);
    expect(check({ 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } })).toBe(false);
    expect(check({ 'node_modules/a': { version: '1.0.0', integrity: 'sha512-b' } })).toBe(false);
    expect(check({ ...installed, 'node_modules/gone': { version: '1.0.0' } })).toBe(false);
  });
});

describe('the set-up of Python and R', () => {
  const debian = 'PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n';
  const ubuntu = 'ID=ubuntu\nID_LIKE=debian\n';

  /** A machine that has some of the languages, and notes what is run on it. */
  function machineWith(languages: string[], options: Partial<Machine> = {}) {
    const commands: string[] = [];
    const find: Find = async (language) => {
      if (languages.includes(language)) return { version: '9.9.9' };
      throw new Error(`${language} was not found`);
    };
    const machine: Machine = {
      platform: 'linux',
      isRoot: true,
      osRelease: debian,
      async run(command, args) {
        commands.push([command, ...args].join(' '));
        return '';
      },
      ...options,
    };
    return { find, machine, commands };
  }

  it('does nothing when both are there', async () => {
    const { find, machine, commands } = machineWith(['python', 'R']);
    const { found, missing } = await installInterpreters(find, machine);
    expect(found).toEqual({ python: '9.9.9', R: '9.9.9' });
    expect(missing).toEqual([]);
    expect(commands).toEqual([]);
  });

  it('installs what is missing as root on Debian and Ubuntu', async () => {
    for (const osRelease of [debian, ubuntu]) {
      const languages: string[] = [];
      const { find, machine, commands } = machineWith(languages, { osRelease });
      const run: Machine['run'] = (command, args) => {
        if (args.includes('install')) languages.push('python', 'R');
        return machine.run(command, args);
      };
      const { missing } = await installInterpreters(find, { ...machine, run });
      expect(missing).toEqual([]);
      expect(commands).toEqual([
        expect.stringMatching(/^apt-get .*update$/),
        expect.stringMatching(/^apt-get .*install -y --no-install-recommends python3 r-base-core$/),
      ]);
    }
  });

  it('names the exact command where it may not install, and installs nothing', async () => {
    const advices: Record<string, Partial<Machine>> = {
      'sudo apt-get update && sudo apt-get install -y --no-install-recommends r-base-core': { isRoot: false },
      'sudo dnf install -y R-core': { osRelease: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n' },
      'brew install r': { platform: 'darwin', osRelease: '', isRoot: false },
      'install R >= 4.0 and put it on the PATH': { osRelease: 'ID=plan9\n' },
    };
    for (const [expected, options] of Object.entries(advices)) {
      const { find, machine, commands } = machineWith(['python'], options);
      const { missing, advice } = await installInterpreters(find, machine);
      expect(missing).toMatchObject([{ language: 'R' }]);
      expect(advice).toBe(expected);
      expect(commands).toEqual([]);
    }
  });

  it('goes on when the system package manager fails', async () => {
    const { find, machine } = machineWith(['R'], { run: () => Promise.reject(new Error('no network')) });
    const { missing, trouble, advice } = await installInterpreters(find, machine);
    expect(missing).toMatchObject([{ language: 'python' }]);
    expect(trouble).toBe('no network');
    expect(advice).toContain('python3');
  });
});
