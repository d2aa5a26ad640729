import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { SnapshotRepository } from '../../../src/core/snapshot/repository.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { bytesOf, inPieces } from './bytes.ts';
import { compileRepository } from './compiled-repository.ts';

let module: string;

beforeAll(() => {
  const compiled = mkdtempSync(join(tmpdir(), 'fastscore-test-'));
  module = compileRepository(compiled);
  return () => rmSync(compiled, { recursive: true });
});

/** Says that it is ready, waits for a line, then saves its own snapshots one after the other. */
const SAVE_MANY = (name: string) => `
  process.stdout.write('ready');
  process.stdin.once('data', async () => {
    for (let n = 0; n < 20; n++) await repository.save('m', '${name}' + (1_000 + n), pieces('${name}'.repeat(n * 1_000)));
    process.exit(0);
  });
`;

/** Says so when half of a snapshot is written, and never goes on. */
const SAVE_HALF = `
  async function* half() {
    yield Buffer.alloc(100_000);
    process.stdout.write('half');
    setInterval(() => {}, 1_000);
    await new Promise(() => {});
  }
  await repository.save('m', 'halfhalf', half());
`;

test('two processes that save at the same moment lose nothing and disturb nothing', async () => {
  const folder = temporaryFolder();
  const children = ['aaaa', 'bbbb'].map((name) => start(folder, SAVE_MANY(name)));
  await Promise.all(children.map((child) => firstWords(child)));
  const ends = children.map((child) => once(child, 'exit'));
  for (const child of children) child.stdin?.write('go\n');
  expect(await Promise.all(ends)).toEqual([
    [0, null],
    [0, null],
  ]);
  const repository = new SnapshotRepository(folder);
  const ids = (await repository.list('m')).map(({ id }) => id);
  expect(ids).toHaveLength(40);
  for (const name of ['aaaa', 'bbbb']) {
    const own = Array.from({ length: 20 }, (_, n) => `${name}${1_000 + n}`);
    expect(ids.filter((id) => id.startsWith(name)).reverse()).toEqual(own);
    for (const [n, id] of own.entries()) {
      expect((await bytesOf(await repository.open('m', id))).toString()).toBe(name.repeat(n * 1_000));
    }
  }
  expect(readdirSync(join(folder, 'm'))).toHaveLength(40);
});

test('of a process that dies while it saves nothing is listed, and the next save clears up', async () => {
  const folder = temporaryFolder();
  const repository = new SnapshotRepository(folder);
  await repository.save('m', 'before00', inPieces('x'));
  const child = start(folder, SAVE_HALF);
  expect(await firstWords(child)).toBe('half');
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await repository.list('m')).map(({ id }) => id)).toEqual(['before00']);
  expect(readdirSync(join(folder, 'm'))).toHaveLength(2);
  await repository.save('m', 'halfhalf', inPieces('whole'));
  expect((await repository.list('m')).map(({ id }) => id)).toEqual(['halfhalf', 'before00']);
  expect(readdirSync(join(folder, 'm'))).toHaveLength(2);
});

function start(folder: string, program: string): ChildProcess {
  const prelude = `
    import { SnapshotRepository } from ${JSON.stringify(pathToFileURL(module).href)};
    const repository = new SnapshotRepository(${JSON.stringify(folder)});
    async function* pieces(text) { for (let at = 0; at < text.length; at += 999) yield Buffer.from(text.slice(at, at + 999)); }
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', prelude + program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

async function firstWords(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout ?? []) return String(chunk);
  throw new Error('The process ended without a word');
}
