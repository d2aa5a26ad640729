import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { embeddedSocketPath, prepareSocketDirectory } from '../../../src/cli/embedded/socket-path.ts';
import { locateHome } from '../../../src/cli/home.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';

describe('the path', () => {
  it('is in the home directory', () => {
    const env = { FASTSCORE_HOME: '/h' };
    expect(embeddedSocketPath(locateHome(env), env)).toBe('/h/run/engine.sock');
  });

  it('is a short one when the home directory is deep, another for each', () => {
    const paths = ['a', 'b'].map((letter) => {
      const env = { FASTSCORE_HOME: `/${letter.repeat(120)}`, XDG_RUNTIME_DIR: '/run/user/1' };
      return embeddedSocketPath(locateHome(env), env);
    });
    expect(paths[0]).toMatch(/^\/run\/user\/1\/fastscore-[0-9a-f]{12}\/engine\.sock$/);
    expect(paths[0]).not.toBe(paths[1]);
  });
});

describe('the directory', () => {
  it('is made for the user alone', async () => {
    const directory = join(temporaryFolder(), 'run');
    await prepareSocketDirectory(join(directory, 's'));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await prepareSocketDirectory(join(directory, 's'));
  });

  it('is refused when others can enter it', async () => {
    const directory = join(temporaryFolder(), 'run');
    mkdirSync(directory);
    chmodSync(directory, 0o755);
    await expect(prepareSocketDirectory(join(directory, 's'))).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      hint: `chmod 700 ${directory}, or set FASTSCORE_HOME to another directory`,
    });
  });

  it('is refused when it is a link or a file', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'real'), { mode: 0o700 });
    symlinkSync(join(folder, 'real'), join(folder, 'link'));
    writeFileSync(join(folder, 'file'), '');
    await expect(prepareSocketDirectory(join(folder, 'link', 's'))).rejects.toThrow('is not a directory');
    await expect(prepareSocketDirectory(join(folder, 'file', 's'))).rejects.toThrow('cannot be made');
  });
});
