import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { Catalog } from '../../../src/catalog/catalog.ts';
import { openStream } from '../../../src/cli/foreground/open-stream.ts';
import { assertNothingOverwritten } from '../../../src/cli/overwritten-file.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';

const SINK = JSON.stringify({ Transport: 'discard' });

let cwd: string;
let catalog: Catalog;
beforeEach(() => {
  cwd = temporaryFolder();
  catalog = new Catalog(join(cwd, 'catalog'));
  writeFileSync(join(cwd, 'model.py'), '');
  writeFileSync(join(cwd, 'data.jsonl'), '{"Transport": "bus"}\n{"Transport": "train"}\n');
  writeFileSync(join(cwd, 'sink.json'), SINK);
});

const open = async (slot: number, text: string) =>
  (await openStream({ cwd, catalog }, { slot, text, captureFile: null })).descriptor;
const file = (name: string, encoding: string | null = 'json') => ({
  Transport: { Type: 'file', Path: join(cwd, name) },
  Encoding: encoding,
});

describe('a stream argument', () => {
  it('is stdin or stdout, or the file that stands in for stdout', async () => {
    expect(await open(0, '-')).toEqual({ Transport: { Type: 'stdin' }, Encoding: 'json' });
    expect(await open(1, '-')).toEqual({ Transport: { Type: 'stdout' }, Encoding: 'json' });
    const captured = await openStream({ cwd, catalog }, { slot: 1, text: '-', captureFile: join(cwd, 'x') });
    expect(captured.descriptor).toEqual(file('x'));
  });

  it('is a literal when it has a colon and is no path', async () => {
    expect(await open(0, 'inline:1')).toEqual({ Transport: { Type: 'inline', Data: ['1'] }, Encoding: 'json' });
    writeFileSync(join(cwd, 'a:b'), '');
    expect(await open(0, './a:b')).toEqual(file('a:b'));
  });

  it('is a descriptor when it is JSON', async () => {
    expect(await open(0, ' {"Transport": "discard"}')).toEqual({ Transport: 'discard' });
  });

  it.each(['rest:', 'rest-chunked:', '{"Transport": "Rest"}'])(
    'is not REST, which nobody could reach: %s',
    async (text) => {
      await expect(open(0, text)).rejects.toMatchObject({
        code: 'BAD_DESCRIPTOR',
        hint: expect.stringMatching(/^- for stdin,/),
      });
      await expect(open(1, text)).rejects.toMatchObject({ hint: expect.stringMatching(/^- for stdout,/) });
    },
  );

  it.each([0, 1])('is a file with data for slot %d when there is one', async (slot) => {
    expect(await open(slot, 'data.jsonl')).toEqual(file('data.jsonl'));
    expect(await open(slot, join(cwd, 'data.jsonl'))).toEqual(file('data.jsonl'));
    writeFileSync(join(cwd, 'words.utf8'), 'a');
    expect(await open(slot, 'words.utf8')).toEqual(file('words.utf8', 'utf8'));
  });

  it('is read and written as the name of the file says', async () => {
    for (const slot of [0, 1]) {
      writeFileSync(join(cwd, 'rows.csv'), 'a,b\n');
      expect(await open(slot, 'rows.csv')).toEqual(file('rows.csv', 'csv'));
      writeFileSync(join(cwd, 'values.msgpack'), '');
      expect(await open(slot, 'values.msgpack')).toEqual(file('values.msgpack', 'msgpack'));
      writeFileSync(join(cwd, 'container.avro'), 'Obj\u0001');
      expect(await open(slot, 'container.avro')).toEqual({
        ...file('container.avro', 'avro-binary'),
        Envelope: 'ocf-block',
      });
    }
    writeFileSync(join(cwd, 'data.avro'), '\u0002');
    expect(await open(0, 'data.avro')).toEqual(file('data.avro', 'avro-binary'));
  });

  it('is a descriptor when it names a file that holds one', async () => {
    expect(await open(0, 'sink.json')).toEqual({ Transport: 'discard' });
    writeFileSync(join(cwd, 'broken.json'), '{\n  "Transport": "REST",\n}\n');
    await expect(open(0, 'broken.json')).rejects.toMatchObject({
      code: 'BAD_DESCRIPTOR',
      message: expect.stringMatching(/^broken\.json is not a stream descriptor: /) as string,
      hint: 'file:broken.json, to use it as data',
    });
  });

  it('is a descriptor whose relative path starts from its own file', async () => {
    mkdirSync(join(cwd, 'streams', 'data'), { recursive: true });
    const describe = (path: string) => JSON.stringify({ Transport: { Type: 'file', Path: path }, Encoding: 'json' });
    writeFileSync(join(cwd, 'streams', 'in.json'), describe('data/in.jsonl'));
    writeFileSync(join(cwd, 'streams', 'up.json'), describe('../in.jsonl'));
    writeFileSync(join(cwd, 'streams', 'full.json'), describe('/data/in.jsonl'));
    expect(await open(0, 'streams/in.json')).toEqual(file('streams/data/in.jsonl'));
    expect(await open(1, join(cwd, 'streams', 'up.json'))).toEqual(file('in.jsonl'));
    expect(await open(0, './streams/full.json')).toMatchObject({ Transport: { Path: '/data/in.jsonl' } });
  });

  it('is data, not a descriptor, when the file is large', async () => {
    writeFileSync(join(cwd, 'large.json'), SINK.padEnd(2 * 1024 * 1024));
    expect(await open(0, 'large.json')).toEqual(file('large.json'));
  });

  it('is a pipe', async () => {
    execFileSync('mkfifo', [join(cwd, 'pipe')]);
    expect(await open(0, 'pipe')).toEqual(file('pipe'));
  });

  it('is a stored stream when there is no such file', async () => {
    await catalog.streams.put('scores.v2', SINK);
    expect(await open(1, 'scores.v2')).toEqual({ Transport: 'discard' });
  });

  it('is a new file for an output that looks like one', async () => {
    expect(await open(1, 'new.jsonl')).toEqual(file('new.jsonl'));
    expect(await open(1, './new')).toEqual(file('new'));
    expect(await open(1, 'new/../other.jsonl')).toEqual(file('other.jsonl'));
  });

  it.each([
    [0, 'nowhere.jsonl', 'STREAM_NOT_FOUND', "There is neither a file nor a stored stream 'nowhere.jsonl'"],
    [0, './nowhere', 'FILE_NOT_FOUND', './nowhere not found'],
    [1, 'nowhere', 'STREAM_NOT_FOUND', "There is neither a file nor a stored stream 'nowhere'"],
    [1, '', 'STREAM_NOT_FOUND', "There is neither a file nor a stored stream ''"],
    [1, 'folder', 'BAD_DESCRIPTOR', 'folder is a directory'],
    [0, './folder/', 'BAD_DESCRIPTOR', './folder/ is a directory'],
  ])('of slot %d cannot be %j', async (slot, text, code, message) => {
    mkdirSync(join(cwd, 'folder'));
    await expect(open(slot, text)).rejects.toMatchObject({ code, message });
  });
});

describe('an output', () => {
  const check = async (input: string, output: string) => {
    const streams = [await openStream({ cwd, catalog }, { slot: 1, text: output, captureFile: null })];
    streams.unshift(await openStream({ cwd, catalog }, { slot: 0, text: input, captureFile: null }));
    return assertNothingOverwritten(new Map(streams.entries()), join(cwd, 'model.py'));
  };

  it('does not overwrite an input, not by a link either', async () => {
    symlinkSync('data.jsonl', join(cwd, 'link.jsonl'));
    for (const output of ['data.jsonl', './data.jsonl', `file:${join(cwd, 'data.jsonl')}`, 'link.jsonl']) {
      await expect(check('data.jsonl', output)).rejects.toThrow(
        /^The output of slot 1 would overwrite .* the input of slot 0$/,
      );
    }
  });

  it('does not overwrite the model', async () => {
    await expect(check('inline:1', 'model.py')).rejects.toThrow(/model\.py, which is the model$/);
  });

  it('may be any other file, and a device twice', async () => {
    await expect(check('data.jsonl', 'other.jsonl')).resolves.toBeUndefined();
    await expect(check('/dev/null', '/dev/null')).resolves.toBeUndefined();
    await expect(check('sink.json', 'discard:')).resolves.toBeUndefined();
  });
});
