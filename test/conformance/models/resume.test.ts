import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Snapshot } from '../../../src/core/snapshot/format.ts';
import { readSnapshot } from '../../../src/core/snapshot/read.ts';
import { describeWithPython, describeWithR } from '../../languages.ts';
import type { ModelPair, TestEngine } from './model-run.ts';
import { end, load, openEngine } from './model-run.ts';

/** `begin` overwrites what is there: a run that goes on must not let it. */
const sum = (rules: string): ModelPair => ({
  python: `
# fastscore.snapshots: ${rules}
import fastscore
def begin():
    fastscore.cells('sum').set(0)
def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
`,
  R: `
# fastscore.snapshots: ${rules}
library(fastscore)
begin <- function() Set(Cell('sum'), 0)
action <- function(x) emit(Update(Cell('sum'), function(v) v + x))
`,
});

const RECORDS = 1000;
const numbers = Array.from({ length: RECORDS }, (_, index) => String(index + 1));
const sumUpTo = (count: number): number => (count * (count + 1)) / 2;
const sums = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `${sumUpTo(from + index + 1)}\n`).join('');

let folder: string;
let input: string;
let output: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fastscore-resume-'));
  input = join(folder, 'in.jsonl');
  output = join(folder, 'out.jsonl');
  await writeFile(input, `${numbers.join('\n')}\n`);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

const file = (path: string) => ({
  name: 'file',
  descriptor: { Transport: { Type: 'file', Path: path }, Encoding: 'json' },
});

/** All snapshots of the model, oldest first. */
async function snapshotsOf({ snapshots }: TestEngine): Promise<Snapshot[]> {
  const infos = await snapshots.list('model');
  return Promise.all(infos.reverse().map(async ({ id }) => readSnapshot(await snapshots.open('model', id))));
}

for (const [language, describeWith] of [
  ['python', describeWithPython],
  ['R', describeWithR],
] as const) {
  describeWith(`going on after a snapshot, ${language}`, () => {
    async function runFiles(engine: TestEngine, rules: string, jets = 1): Promise<void> {
      await engine.scale(jets);
      await load(engine, { language, model: sum(rules), input: [] });
      await engine.attach(1, file(output));
      await engine.attach(0, file(input));
      expect(await end(engine)).toBe('finished');
    }

    test.each([1, 4])('a snapshot after so many records holds exactly what they did, with %i jets', async (jets) => {
      const engine = await openEngine();
      await runFiles(engine, 'every 150, eof', jets);
      const taken = await snapshotsOf(engine);
      expect(taken.map(({ header }) => [header.trigger, header.records.in[0]])).toEqual([
        ...[150, 300, 450, 600, 750, 900].map((count) => ['every 150', count]),
        ['eof', RECORDS],
      ]);
      for (const { header, entries } of taken) {
        const count = header.records.in[0]!;
        expect(entries).toMatchObject([[{ name: 'sum' }, { json: String(sumUpTo(count)) }]]);
        expect(header.records.out[1]).toBe(count);
        const read = numbers.slice(0, count).join('\n').length + 1;
        expect(header.positions[0]).toEqual({ byte: read, stream: `file '${input}'` });
      }
      if (jets > 1) return;
      for (const { header } of taken) {
        const written = sums(0, header.records.in[0]!).length;
        expect(header.positions[1]).toEqual({ byte: written, stream: `file '${output}'` });
      }
    });

    test('a control record takes a snapshot at its place, with its text', async () => {
      const engine = await openEngine();
      const control = '{"$fastscore":"snapshot","id":7,"misc":"before the second half"}';
      await writeFile(input, [...numbers.slice(0, 500), control, ...numbers.slice(500)].join('\n'));
      await runFiles(engine, 'control');
      const [taken, ...others] = await snapshotsOf(engine);
      expect(others).toEqual([]);
      expect(taken!.header).toMatchObject({
        trigger: 'control',
        misc: 'before the second half',
        records: { in: { 0: 500 } },
      });
      expect(taken!.entries).toMatchObject([[{ name: 'sum' }, { json: String(sumUpTo(500)) }]]);
      expect(await readFile(output, 'utf8')).toBe(sums(0, RECORDS));
    });

    test('the control record is ignored, and not scored, when the model does not want it', async () => {
      const engine = await openEngine();
      await writeFile(input, '1\n{"$fastscore":"snapshot"}\n2\n');
      await runFiles(engine, 'eof');
      expect((await snapshotsOf(engine)).map(({ header }) => header.trigger)).toEqual(['eof']);
      expect(await readFile(output, 'utf8')).toBe('1\n3\n');
    });

    test('a run goes on where the snapshot was taken, to the outputs of one that was never interrupted', async () => {
      const engine = await openEngine();
      await runFiles(engine, 'every 300, keep 2');
      const [taken] = await snapshotsOf(engine);
      expect(taken!.header.records.in[0]).toBe(600);
      await appendFile(output, 'what an interrupted run has written since');
      await engine.reset();
      const contents = await engine.snapshots.open('model', taken!.header.id);
      await engine.restore(contents, { trust: false, resume: true });
      await runFiles(engine, 'eof');
      expect(await readFile(output, 'utf8')).toBe(sums(0, RECORDS));
      const { slots } = engine.status();
      expect(slots.map(({ records }) => records)).toEqual([RECORDS, RECORDS]);
    });

    test('streams that were attached before the restore are opened again at their place', async () => {
      const engine = await openEngine();
      await runFiles(engine, 'every 400, keep 1');
      const [taken] = await snapshotsOf(engine);
      await engine.reset();
      await engine.attach(0, file(input));
      await engine.attach(1, file(join(folder, 'other.jsonl')));
      const contents = await engine.snapshots.open('model', taken!.header.id);
      await engine.restore(contents, { trust: false, resume: true });
      await load(engine, { language, model: sum('none'), input: [] });
      expect(await end(engine)).toBe('finished');
      expect(await readFile(join(folder, 'other.jsonl'), 'utf8')).toBe(sums(800, RECORDS));
    });

    test('another input is refused, and a run that does not resume begins as always', async () => {
      const engine = await openEngine();
      await runFiles(engine, 'every 400, keep 1');
      const [taken] = await snapshotsOf(engine);
      const { id } = taken!.header;
      await engine.reset();
      await engine.restore(await engine.snapshots.open('model', id), { trust: false, resume: true });
      const other = join(folder, 'other.jsonl');
      await writeFile(other, '1\n');
      await expect(engine.attach(0, file(other))).rejects.toMatchObject({
        code: 'WRONG_STREAM',
        message: `Snapshot ${id} was taken while slot 0 read file '${input}', which is not file '${other}'`,
      });
      await engine.reset();
      await engine.restore(await engine.snapshots.open('model', id), { trust: false });
      await engine.attach(0, file(other));
      await engine.attach(1, file(output));
      await load(engine, { language, model: sum('none'), input: [] });
      expect(await end(engine)).toBe('finished');
      expect(await readFile(output, 'utf8')).toBe('1\n');
    });
  });
}
