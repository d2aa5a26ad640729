import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { InputStream } from '../../../src/streams/types.ts';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { textsOf } from '../read-all.ts';

const follow = (path: string, more: object = {}): object => ({
  Transport: { Type: 'file', Path: path, Follow: true },
  ...more,
});

interface Followed {
  readonly stream: InputStream;
  readonly records: string[];
  readonly warnings: string[];
  readonly rejects: string[];
}

/** Takes whatever comes. */
async function start(descriptor: object, options: object = {}): Promise<Followed> {
  const warnings: string[] = [];
  const records: string[] = [];
  const rejects: string[] = [];
  const stream = await openTestInput(descriptor, { onWarning: (text) => warnings.push(text), ...options });
  stream.onReady(() => {
    for (let item = stream.take(1000); item !== undefined; item = stream.take(1000)) {
      if (item.kind === 'batch') records.push(...textsOf(item.records));
      rejects.push(...stream.takeRejects().map(({ text }) => text));
    }
  });
  return { stream, records, warnings, rejects };
}

const until = async ({ records }: Followed, expected: readonly string[]): Promise<void> => {
  await vi.waitFor(() => expect(records).toEqual(expected), { timeout: 5000, interval: 10 });
};

const lines = (...texts: string[]): string => texts.map((text) => `${text}\n`).join('');

test('a file that is copied and cut is read from its beginning', async () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, lines('1', '2', '3'));
  const followed = await start(follow(path));
  await until(followed, ['1', '2', '3']);
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  appendFileSync(path, lines('4'));
  await until(followed, ['1', '2', '3', '4']);
  appendFileSync(path, lines('5'));
  await until(followed, ['1', '2', '3', '4', '5']);
  expect(followed.warnings).toEqual([`Stream at slot 0: file '${path}': has been cut, and is read from its beginning`]);
  await followed.stream.close();
});

test('a file that was cut and is longer again when it is looked at is read from its beginning', async () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, lines('"first"', '"second"'));
  const followed = await start(follow(path));
  await until(followed, ['"first"', '"second"']);
  const fresh = Array.from({ length: 2000 }, (_, i) => `"${'x'.repeat(i % 7)}${i}"`);
  writeFileSync(path, lines(...fresh));
  await until(followed, ['"first"', '"second"', ...fresh]);
  await followed.stream.close();
});

test('a file that is renamed is read to its end, then the one that has its name', async () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, lines('1'));
  const followed = await start(follow(path));
  await until(followed, ['1']);
  renameSync(path, `${path}.1`);
  appendFileSync(`${path}.1`, lines('2'));
  await until(followed, ['1', '2']);
  // Created, and nothing in it: its writer has not come yet.
  writeFileSync(path, '');
  appendFileSync(`${path}.1`, lines('3'));
  await until(followed, ['1', '2', '3']);
  appendFileSync(`${path}.1`, '4');
  appendFileSync(path, lines('5', '6'));
  await until(followed, ['1', '2', '3', '4', '5', '6']);
  renameSync(path, `${path}.2`);
  writeFileSync(path, lines('7'));
  await until(followed, ['1', '2', '3', '4', '5', '6', '7']);
  expect(followed.warnings).toEqual([]);
  await followed.stream.close();
});

test('a file that is deleted and made again, and one that is replaced at once', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'log');
  writeFileSync(path, lines('1'));
  const followed = await start(follow(path));
  await until(followed, ['1']);
  unlinkSync(path);
  writeFileSync(path, lines('2'));
  await until(followed, ['1', '2']);
  writeFileSync(join(folder, 'new'), lines('3'));
  renameSync(join(folder, 'new'), path);
  await until(followed, ['1', '2', '3']);
  await followed.stream.close();
});

test('a link that leads elsewhere now', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'log');
  writeFileSync(join(folder, 'a'), lines('1'));
  writeFileSync(join(folder, 'b'), lines('2'));
  symlinkSync('a', path);
  const followed = await start(follow(path));
  await until(followed, ['1']);
  unlinkSync(path);
  symlinkSync('b', path);
  await until(followed, ['1', '2']);
  await followed.stream.close();
});

test('each file has its own header, and a row that is cut off is no part of the next file', async () => {
  const path = join(temporaryFolder(), 'log.csv');
  writeFileSync(path, 'a,b\n1,2\n');
  const followed = await start(follow(path, { Encoding: 'csv', Schema: null }));
  await until(followed, ['{"a":"1","b":"2"}']);
  appendFileSync(path, '3');
  renameSync(path, `${path}.1`);
  writeFileSync(path, 'a,b\n4,5\n');
  await until(followed, ['{"a":"1","b":"2"}', '{"a":"4","b":"5"}']);
  expect(followed.rejects).toEqual(['3']);
  await followed.stream.close();
});

test('positions are those in the file that is read now', async () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, lines('1', '2'));
  const stream = await openTestInput(follow(path));
  const positions: unknown[] = [];
  stream.onReady(() => {
    for (let item = stream.take(1); item !== undefined; item = stream.take(1)) {
      if (item.kind === 'batch') positions.push(item.position);
    }
  });
  await vi.waitFor(() => expect(positions).toEqual([{ byte: 2 }, { byte: 4 }]));
  renameSync(path, `${path}.1`);
  writeFileSync(path, lines('333', '4'));
  await vi.waitFor(() => expect(positions).toEqual([{ byte: 2 }, { byte: 4 }, { byte: 4 }, { byte: 6 }]));
  await stream.close();
});

test('from a place in the middle, a file that is cut is noticed, too', async () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, lines('1', '2'));
  const followed = await start(follow(path, { SkipTo: 2 }));
  await until(followed, ['2']);
  writeFileSync(path, lines('7', '8', '9'));
  await until(followed, ['2', '7', '8', '9']);
  await followed.stream.close();
});

test('when the name stands for something that cannot be read, the stream says so and waits', async () => {
  const path = join(temporaryFolder(), 'log');
  writeFileSync(path, lines('1'));
  const followed = await start(follow(path));
  await until(followed, ['1']);
  unlinkSync(path);
  mkdirSync(path);
  await vi.waitFor(() => expect(followed.stream.trouble).toBe('another file has its name now: is a directory'));
  rmSync(path, { recursive: true });
  writeFileSync(path, lines('2'));
  await until(followed, ['1', '2']);
  expect(followed.stream.trouble).toBeNull();
  await followed.stream.close();
});

test('in a data root, a file that is followed does not lead out of it', async () => {
  const folder = temporaryFolder();
  const dataRoot = join(folder, 'root');
  mkdirSync(dataRoot);
  writeFileSync(join(folder, 'secret'), lines('0'));
  writeFileSync(join(dataRoot, 'log'), lines('1'));
  const followed = await start(follow('log'), { dataRoot });
  await until(followed, ['1']);
  unlinkSync(join(dataRoot, 'log'));
  symlinkSync('../secret', join(dataRoot, 'log'));
  await vi.waitFor(() => expect(followed.stream.trouble).toMatch(/leads out of the data root/));
  unlinkSync(join(dataRoot, 'log'));
  writeFileSync(join(dataRoot, 'log'), lines('2'));
  await until(followed, ['1', '2']);
  await followed.stream.close();
});
