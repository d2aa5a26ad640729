import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestInput, temporaryPipe } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { nextItem, readAll, recordsOf, textsOf } from '../read-all.ts';

const file = (path: string): object => ({ Transport: { Type: 'file', Path: path } });

test('a missing file is told with its path', async () => {
  await expect(openTestInput(file('/nowhere/in.json'))).rejects.toMatchObject({
    code: 'STREAM_FAILED',
    message: "Unable to open stream at slot 0: file '/nowhere/in.json': no such file or directory",
  });
});

test('a folder is not a file, for input and output', async () => {
  const folder = temporaryFolder();
  await expect(openTestInput(file(folder))).rejects.toThrow(`file '${folder}': is a directory`);
  await expect(openTestOutput(file(folder))).rejects.toThrow(
    `Unable to open stream at slot 1: file '${folder}': is a directory`,
  );
});

test('an output that cannot be created is told with its path', async () => {
  await expect(openTestOutput(file('/nowhere/out.json'))).rejects.toThrow(
    "Unable to open stream at slot 1: file '/nowhere/out.json': no such file or directory",
  );
  const path = join(temporaryFolder(), 'in.json');
  writeFileSync(path, '');
  await expect(openTestOutput(file(`${path}/out.json`))).rejects.toThrow(/out\.json': not a directory$/);
});

test('a relative path is refused, with what to do', async () => {
  await expect(openTestInput(file('in.json'))).rejects.toMatchObject({
    message: "Unable to open stream at slot 0: file 'in.json': the path is not absolute",
    hint: 'Write it in full, from / on',
  });
});

test('an output replaces what the file held', async () => {
  const path = join(temporaryFolder(), 'out.json');
  writeFileSync(path, 'something much longer');
  const stream = await openTestOutput(file(path));
  expect(await stream.write(recordsOf('json', ['1', '2']))).toBe(4);
  await stream.close();
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
});

test('an output tells where it ends, and goes on there: what an interrupted run wrote behind it is cut off', async () => {
  const path = join(temporaryFolder(), 'out.json');
  const first = await openTestOutput(file(path));
  void first.write(recordsOf('json', ['1', '2']));
  const position = first.checkpoint!.position();
  void first.write(recordsOf('json', ['3']));
  await first.checkpoint!.prepare();
  expect(position).toEqual({ byte: 4 });
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n3\n');
  await first.close();
  const second = await openTestOutput(file(path), { position });
  expect(second.checkpoint!.position()).toEqual(position);
  await second.write(recordsOf('json', ['4']));
  expect(second.checkpoint!.position()).toEqual({ byte: 6 });
  await second.close();
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n4\n');
});

test('an output that is shorter than where it should go on is refused and left as it is', async () => {
  const path = join(temporaryFolder(), 'out.json');
  writeFileSync(path, '1\n');
  await expect(openTestOutput(file(path), { position: { byte: 3 } })).rejects.toThrow(
    /has 2 bytes, and is to be continued behind byte 3$/,
  );
  expect(readFileSync(path, 'utf8')).toBe('1\n');
});

test('a checkpoint of an output that is closed is prepared all the same', async () => {
  const stream = await openTestOutput(file(join(temporaryFolder(), 'out.json')));
  await stream.write(recordsOf('json', ['1']));
  await stream.close();
  await stream.checkpoint!.prepare();
  expect(stream.checkpoint!.position()).toEqual({ byte: 2 });
});

test('a file is read from SkipTo on, across the end of it there is nothing', async () => {
  const path = join(temporaryFolder(), 'in.json');
  writeFileSync(path, '11\n22\n33');
  expect((await readAll(await openTestInput({ ...file(path), SkipTo: 3 }))).records).toEqual(['22', '33']);
  expect((await readAll(await openTestInput({ ...file(path), SkipTo: 99 }))).records).toEqual([]);
});

test.each([false, true])(
  'an input that is shorter than where it should go on is refused, Follow: %s',
  async (follow) => {
    const path = join(temporaryFolder(), 'in.json');
    writeFileSync(path, '1\n2\n');
    const descriptor = { Transport: { Type: 'file', Path: path, Follow: follow } };
    await expect(openTestInput(descriptor, { position: { byte: 5 } })).rejects.toMatchObject({
      code: 'STREAM_FAILED',
      message: `Unable to open stream at slot 0: file '${path}': has 4 bytes, and is to be read on behind byte 5`,
      hint: 'It is not the input that belongs to the snapshot: put that one back, or run without resuming',
    });
    const stream = await openTestInput(descriptor, { position: { byte: 4 } });
    await stream.close();
  },
);

test('positions are bytes: of the next record to read', async () => {
  const path = join(temporaryFolder(), 'in.json');
  writeFileSync(path, '1\r\n\n 22\n333');
  const { items } = await readAll(await openTestInput(file(path)), 1);
  expect(items.map((item) => (item.kind === 'batch' ? item.position : null))).toEqual([
    { byte: 3 },
    { byte: 8 },
    { byte: 11 },
    null,
  ]);
});

test('a looping file starts again at its beginning, after an end control record too', async () => {
  const path = join(temporaryFolder(), 'in.json');
  writeFileSync(path, '1\n2\n{"$fastscore":"end"}\n3\n');
  const stream = await openTestInput({ ...file(path), Loop: true, SkipTo: 2 });
  const seen: string[] = [];
  while (seen.length < 5) {
    const item = await nextItem(stream);
    if (item.kind === 'batch') seen.push(...textsOf(item.records));
  }
  expect(seen.slice(0, 5)).toEqual(['2', '1', '2', '1', '2']);
  expect(stream.ended).toBe(false);
});

test('a looping file without records ends', async () => {
  const path = join(temporaryFolder(), 'in.json');
  writeFileSync(path, '\n\n');
  const { items } = await readAll(await openTestInput({ ...file(path), Loop: true }));
  expect(items).toEqual([{ kind: 'eof', control: null }]);
});

test('a record over the limit is rejected and the next ones are read', async () => {
  const path = join(temporaryFolder(), 'in.json');
  writeFileSync(path, `1\n"${'x'.repeat(3_000_000)}"\n3\n`);
  const { records, rejects } = await readAll(await openTestInput(file(path), { recordLimit: 1_000_000 }));
  expect(records).toEqual(['1', '3']);
  expect(rejects).toMatchObject([{ seqno: 2, by: 'encoding', reason: 'record is longer than 1000000 bytes' }]);
  expect(rejects[0]!.text).toHaveLength(1000);
});

test('a single line of many megabytes is one record', async () => {
  const path = join(temporaryFolder(), 'in.json');
  const line = `"${'x'.repeat(20_000_000)}"`;
  writeFileSync(path, line);
  const { records } = await readAll(await openTestInput(file(path)));
  expect(records.length === 1 && records[0] === line).toBe(true);
});

test('a named pipe waits for its first writer and ends with its last', async () => {
  const path = temporaryPipe();
  const stream = await openTestInput(file(path));
  const reading = readAll(stream);
  await writeFile(path, '1\n2\n');
  expect((await reading).records).toEqual(['1', '2']);
});

test('a named pipe cannot be read from the middle, nor written when nobody reads', async () => {
  const path = temporaryPipe();
  await expect(openTestInput({ ...file(path), SkipTo: 2 })).rejects.toThrow('a pipe cannot be read from the middle');
  await expect(openTestOutput(file(path))).rejects.toThrow(`file '${path}': no process reads from the pipe`);
});

test('a device can be read and written, not looped', async () => {
  expect((await readAll(await openTestInput(file('/dev/null')))).items).toHaveLength(1);
  const stream = await openTestOutput(file('/dev/null'));
  expect(await stream.write(recordsOf('json', ['1']))).toBe(2);
  await expect(openTestInput({ ...file('/dev/null'), Loop: true })).rejects.toThrow(
    'cannot be read again from its beginning, as Loop demands',
  );
});

test('with a data root, paths are relative to it or lie in it', async () => {
  const dataRoot = temporaryFolder();
  mkdirSync(join(dataRoot, 'a'));
  writeFileSync(join(dataRoot, 'a', 'in.json'), '1\n');
  for (const path of ['a/in.json', join(dataRoot, 'a/in.json'), 'a/../a/./in.json']) {
    expect((await readAll(await openTestInput(file(path), { dataRoot }))).records).toEqual(['1']);
  }
  const stream = await openTestOutput(file('a/out.json'), { dataRoot });
  await stream.write(recordsOf('json', ['2']));
  await stream.close();
  expect(readFileSync(join(dataRoot, 'a', 'out.json'), 'utf8')).toBe('2\n');
});

test('with a data root, nothing outside of it can be reached', async () => {
  const outside = temporaryFolder();
  const dataRoot = join(outside, 'root');
  mkdirSync(dataRoot);
  writeFileSync(join(outside, 'secret'), '1\n');
  symlinkSync(join(outside, 'secret'), join(dataRoot, 'file-link'));
  symlinkSync(outside, join(dataRoot, 'folder-link'));
  symlinkSync(join(outside, 'new'), join(dataRoot, 'dangling'));
  mkdirSync(`${dataRoot}-twin`);
  writeFileSync(join(`${dataRoot}-twin`, 'in'), '1\n');
  const paths = [
    '../secret',
    '/etc/passwd',
    join(outside, 'secret'),
    'file-link',
    'folder-link/secret',
    '../root-twin/in',
  ];
  for (const path of paths) {
    await expect(openTestInput(file(path), { dataRoot })).rejects.toThrow('the path leads out of the data root');
    await expect(openTestOutput(file(path), { dataRoot })).rejects.toThrow('the path leads out of the data root');
  }
  await expect(openTestOutput(file('dangling'), { dataRoot })).rejects.toThrow('too many symbolic links encountered');
  await expect(openTestOutput(file('folder-link/new'), { dataRoot })).rejects.toThrow('leads out of the data root');
  expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('1\n');
});

test('with a data root, only regular files are accepted', async () => {
  const path = temporaryPipe();
  await expect(openTestInput(file('pipe'), { dataRoot: join(path, '..') })).rejects.toThrow('is not a regular file');
});

test('an input that follows its file waits for more, up to an end control record', async () => {
  const path = join(temporaryFolder(), 'in.json');
  writeFileSync(path, '1\n');
  const stream = await openTestInput({ Transport: { Type: 'file', Path: path, Follow: true } });
  const first = await nextItem(stream);
  expect(first.kind === 'batch' && textsOf(first.records)).toEqual(['1']);
  const reading = readAll(stream);
  appendFileSync(path, '2\n{"$fastscore":"end"}\n');
  expect((await reading).records).toEqual(['2']);
});

test('an output with Append keeps what is there', async () => {
  const path = join(temporaryFolder(), 'out.json');
  for (const text of ['1', '2']) {
    const stream = await openTestOutput({ Transport: { Type: 'file', Path: path, Append: true } });
    await stream.write(recordsOf('json', [text]));
    await stream.close();
  }
  expect(readFileSync(path, 'utf8')).toBe('1\n2\n');
});
