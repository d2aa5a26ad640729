import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import type { FastScoreError } from '../../src/core/errors.ts';
import { createPythonCodec } from '../../src/jets/codecs/python.ts';
import type { JetFrame } from '../../src/jets/protocol.ts';
import { spawnGuarded } from '../../src/jets/spawn-guarded.ts';
import { Wire } from '../../src/jets/wire.ts';

interface Opened {
  readonly wire: Wire;
  readonly frames: JetFrame[];
  readonly console: string[];
  readonly gone: Promise<FastScoreError>;
}

/** A jet that is a script of the shell, with its channel at descriptor 3. */
async function open(script: string, frameMs = 30_000): Promise<Opened> {
  const cwd = await mkdtemp(join(tmpdir(), 'fastscore-wire-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const child = spawnGuarded('/bin/bash', ['-c', script], {
    cwd,
    env: { PATH: process.env.PATH ?? '' },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const channel = child.stdio[3] as Duplex;
  const frames: JetFrame[] = [];
  const console: string[] = [];
  const gone = new Promise<FastScoreError>((resolve) => {
    const wire = new Wire({
      process: { child, input: channel, output: channel, opened: () => {} },
      codec: createPythonCodec(),
      frameMs,
      onFrame: (frame) => frames.push(frame),
      onConsole: (_stream, text) => console.push(text),
      onGone: resolve,
    });
    wires.push(wire);
  });
  const wire = wires.pop()!;
  onTestFinished(() => wire.stop(0));
  return { wire, frames, console, gone };
}

const wires: Wire[] = [];

/** `loaded` as a frame, for printf. */
const LOADED = String.raw`\x12\0\0\0\x0e\0\0\0{"t":"loaded"}`;

test('a jet that is gone is not waited for because a process of its own session holds its pipes open', async () => {
  const { wire, frames, console, gone } = await open(
    `echo hello; printf '${LOADED}' >&3; setsid sleep 600 & echo $!; exit 5`,
  );
  const fault = await gone;
  expect(fault.message).toContain('exit status 5');
  expect(frames).toEqual([{ t: 'loaded' }]);
  const [hello, pid] = console.join('\n').split('\n');
  expect(hello).toBe('hello');
  process.kill(Number(pid), 'SIGKILL');
  await wire.stop(0);
});

test('a jet that announces a frame and sends no more of it is ended, and told why', async () => {
  const { gone, frames } = await open(`printf '${LOADED}' >&3; printf '\\xff\\xff\\xff\\x3fabc' >&3; sleep 600`, 300);
  expect((await gone).message).toBe(
    'A jet announced a frame of 1073741823 bytes and has sent 3 of them; nothing has come for 0.3 s',
  );
  expect(frames).toEqual([{ t: 'loaded' }]);
});

test('a frame that comes in small pieces, each in time, may take as long as it takes', async () => {
  const pieces = [String.raw`\x12\0`, String.raw`\0\0\x0e\0`, String.raw`\0\0{"t"`, ':"lo', 'aded"}'];
  const script = pieces.map((piece) => `printf '${piece}' >&3; sleep 0.25`).join('; ');
  const { gone, frames } = await open(script, 900);
  expect((await gone).message).toContain('exit status 0');
  expect(frames).toEqual([{ t: 'loaded' }]);
});

test('a jet that rests between two frames is left in peace', async () => {
  const { gone, frames } = await open(`printf '${LOADED}' >&3; sleep 1; printf '${LOADED}' >&3`, 200);
  expect((await gone).message).toContain('exit status 0');
  expect(frames).toHaveLength(2);
});
