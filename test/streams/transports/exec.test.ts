import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { FastScoreError } from '../../../src/core/errors.ts';
import type { OutputStream } from '../../../src/streams/types.ts';
import { openTestInput } from '../../conformance/streams/input-transports.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { temporaryFolder } from '../../util/temporary-folder.ts';
import { readAll, readUntilFailure, recordsOf } from '../read-all.ts';

const shell = (script: string, ...args: string[]): object => ({
  Transport: { Type: 'exec', Run: 'sh', Args: ['-c', script, ...args] },
});

test('a command line without Args is split into words, no shell is involved', async () => {
  const stream = await openTestInput({ Transport: { Type: 'exec', Run: `printf '"%s"\\n' 'a b' $HOME ;` } });
  expect((await readAll(stream)).records).toEqual(['"a b"', '"$HOME"', '";"']);
});

test('with Args, Run is the program as it is', async () => {
  const stream = await openTestInput({ Transport: { Type: 'exec', Run: 'printf', Args: ['"%s"\n', 'a b'] } });
  expect((await readAll(stream)).records).toEqual(['"a b"']);
});

test('a program that is not there is told by its name', async () => {
  await expect(openTestInput({ Transport: { Type: 'exec', Run: 'nowhere --password secret' } })).rejects.toMatchObject({
    code: 'STREAM_FAILED',
    message: "Unable to open stream at slot 0: exec 'nowhere': no such file or directory",
  });
});

test('a command that fails tells its status and what it wrote to stderr, after the records it gave', async () => {
  const warnings: string[] = [];
  const stream = await openTestInput(shell('echo 1; echo one >&2; echo two >&2; exit 3'), {
    onWarning: (text) => warnings.push(text),
  });
  const { records, error } = await readUntilFailure(stream);
  expect(error).toMatchObject({
    message: "Stream at slot 0 failed: exec 'sh': ended with status 3: two",
    details: { status: 3, stderr: 'one\ntwo\n' },
  });
  expect(warnings).toEqual(["Stream at slot 0: exec 'sh': one", "Stream at slot 0: exec 'sh': two"]);
  expect(records).toEqual(['1']);
  expect(stream.ended).toBe(false);
});

test('a command that is killed by a signal fails', async () => {
  const { error } = await readUntilFailure(await openTestInput(shell('kill -9 $$')));
  expect(error.message).toBe("Stream at slot 0 failed: exec 'sh': was ended by SIGKILL");
});

test('closing an input ends the command and what it has started', async () => {
  const pidFile = join(temporaryFolder(), 'pid');
  const stream = await openTestInput(shell('sleep 1000 & echo $! > "$0"; echo 1; wait', pidFile));
  await new Promise<void>((resolve) => stream.onReady(resolve));
  const pid = Number(readFileSync(pidFile, 'utf8'));
  expect(isRunning(pid)).toBe(true);
  await stream.close();
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false));
});

test('a command that does not listen to the polite signal is ended all the same', async () => {
  const stream = await openTestInput(shell('trap "" TERM; echo 1; while true; do sleep 0.1; done'));
  await new Promise<void>((resolve) => stream.onReady(resolve));
  await stream.close();
});

test('an endless command is read only as fast as it is taken', async () => {
  const stream = await openTestInput({ Transport: { Type: 'exec', Run: 'yes 1' } }, { bufferBytes: 64 * 1024 });
  let count = 0;
  await new Promise<void>((resolve) => {
    stream.onReady(() => {
      for (let item = stream.take(1000); item?.kind === 'batch'; item = stream.take(1000)) count += item.records.count;
      if (count > 300_000) resolve();
    });
  });
  await stream.close();
});

test('a command does not see the variables of fastscore', async () => {
  vi.stubEnv('FASTSCORE_TOKEN', 'secret');
  try {
    const stream = await openTestInput(shell('echo "[\\"$FASTSCORE_TOKEN\\"]"'));
    expect((await readAll(stream)).records).toEqual(['[""]']);
  } finally {
    vi.unstubAllEnvs();
  }
});

test('stderr without end or line end does not fill the memory', async () => {
  const lengths: number[] = [];
  const stream = await openTestInput(shell('head -c 3000000 /dev/zero | tr "\\0" x >&2; echo 1'), {
    onWarning: (text) => lengths.push(text.length),
  });
  expect((await readAll(stream)).records).toEqual(['1']);
  expect(lengths).toHaveLength(1);
  expect(lengths[0]).toBeLessThan(1100);
});

test('an output command that fails is told at once, without a write', async () => {
  const error = await failureOf(await openTestOutput(shell('echo full >&2; exit 4')));
  expect(error.message).toBe("Stream at slot 1 failed: exec 'sh': ended with status 4: full");
});

test('an output command that fails at the end is told before close is over', async () => {
  const stream = await openTestOutput(shell('cat > /dev/null; echo disk full >&2; exit 5'), {});
  const failure = failureOf(stream);
  await stream.write(recordsOf('json', ['1']));
  await stream.close();
  expect((await failure).message).toBe("Stream at slot 1 failed: exec 'sh': ended with status 5: disk full");
});

test('an output command that stops reading is a failure even when it ends well', async () => {
  const stream = await openTestOutput(shell('head -c 1 > /dev/null'));
  const failure = failureOf(stream);
  await stream.write(recordsOf('json', [`"${'x'.repeat(1_000_000)}"`]));
  expect((await failure).message).toBe("Stream at slot 1 failed: exec 'sh': ended before it had read everything");
});

test('an output command that has everything is left to finish after LingerTime, with a warning', async () => {
  const folder = temporaryFolder();
  const [go, done] = [join(folder, 'go'), join(folder, 'done')];
  const warnings: string[] = [];
  const script = 'cat > /dev/null; until [ -e "$0" ]; do sleep 0.01; done; echo > "$1"';
  const stream = await openTestOutput(
    { ...shell(script, go, done), LingerTime: 100 },
    { onWarning: (text) => warnings.push(text) },
  );
  await stream.write(recordsOf('json', ['1']));
  await stream.close();
  expect(warnings).toEqual(["Stream at slot 1: exec 'sh': has been given everything and still runs after LingerTime"]);
  writeFileSync(go, '');
  await vi.waitFor(() => expect(existsSync(done)).toBe(true), { timeout: 5000 });
});

test('an output command that does not take its data is stopped after LingerTime', async () => {
  const pidFile = join(temporaryFolder(), 'pid');
  const warnings: string[] = [];
  const stream = await openTestOutput(
    { ...shell('echo $$ > "$0.new"; mv "$0.new" "$0"; exec sleep 1000', pidFile), LingerTime: 100 },
    { onWarning: (text) => warnings.push(text) },
  );
  await vi.waitFor(() => expect(existsSync(pidFile)).toBe(true), { timeout: 5000 });
  const write = stream.write(recordsOf('json', [`"${'x'.repeat(1_000_000)}"`]));
  await stream.close();
  await write;
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/: \d+ bytes were not written within LingerTime$/);
  expect(isRunning(Number(readFileSync(pidFile, 'utf8')))).toBe(false);
});

function failureOf(stream: OutputStream): Promise<FastScoreError> {
  return new Promise((resolve) => stream.onError(resolve));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
