import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../e2e/support/sandbox.ts';
import { openSandbox } from '../e2e/support/sandbox.ts';
import { describeWithBoth } from '../languages.ts';
import { digest, interruptAtRandom, numbers, SUMS } from './interrupted-run.ts';

const RECORDS = 60_000;
const INTERRUPTIONS = 12;
const LONGEST_ANSWER = 100_000;

/** Serves a file from a process of its own, whose connections break at random bytes. @returns its address */
async function serve(path: string): Promise<string> {
  const script = fileURLToPath(new URL('cutting-web.mjs', import.meta.url));
  const server = spawn(process.execPath, [script, path, String(LONGEST_ANSWER)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const exited = once(server, 'exit');
    server.stdin.end();
    await exited;
  });
  const [port] = (await once(server.stdout, 'data')) as [Buffer];
  return `http://127.0.0.1:${String(port).trim()}/in.json`;
}

describeWithBoth('a run whose input comes over HTTP', () => {
  let sandbox: Sandbox;

  beforeEach(async () => {
    sandbox = await openSandbox({ ...SUMS, 'in.jsonl': numbers(RECORDS) });
  });

  afterEach(() => sandbox.close());

  test.each(Object.keys(SUMS))(
    '%s: with connections that break and killed at random moments, its outputs are those of one that was not',
    async (model) => {
      await sandbox.ok('run', model, 'in.jsonl', 'undisturbed.jsonl', '--name', 'undisturbed');
      const { size } = await stat(join(sandbox.directory, 'undisturbed.jsonl'));
      const url = await serve(join(sandbox.directory, 'in.jsonl'));
      const stream = { Transport: { Type: 'HTTP', Url: url }, Encoding: 'json' };
      await sandbox.write('http.json', JSON.stringify(stream));
      const warnings = /^(Warning: )?Stream at slot 0: http '/;
      await interruptAtRandom(sandbox, { model, input: 'http.json', warnings }, { size, times: INTERRUPTIONS });
      const [interrupted, undisturbed] = await Promise.all(
        ['out.jsonl', 'undisturbed.jsonl'].map((name) => digest(join(sandbox.directory, name))),
      );
      expect(interrupted).toBe(undisturbed);
    },
  );
});
