import { PassThrough, Readable } from 'node:stream';
import { expect, it } from 'vitest';
import type { Io } from '../../src/cli/io.ts';
import { loadColours } from '../../src/cli/output/colours.ts';
import { Output } from '../../src/cli/output/output.ts';
import { readInput } from '../../src/cli/read-input.ts';

it.each([
  [true, 'Reading what you type; Ctrl-D on a line of its own ends it\n'],
  [false, ''],
])('tells who types into a terminal (%s) that they are being read', async (isTTY, note) => {
  const stderr = new PassThrough();
  const io: Io = {
    stdin: Object.assign(Readable.from([Buffer.from('typed')]), { isTTY }),
    stdout: new PassThrough(),
    stderr,
    env: {},
    cwd: '/',
  };
  const plain = await loadColours(false);
  const colours = { stdout: plain, stderr: plain };
  const out = new Output(io, { json: false, verbose: false, quiet: false, oldErrors: false, colours });
  expect((await readInput({ io, out }, undefined)).toString()).toBe('typed');
  expect(String(stderr.read() ?? '')).toBe(note);
});
