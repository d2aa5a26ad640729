import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { ownUsage, sumUsage, usageOf } from '../../src/util/process-usage.ts';

const isLinux = process.platform === 'linux';

test.runIf(isLinux)('another process is seen from outside as it sees itself', async () => {
  const script = `
    const until = Date.now() + 150;
    while (Date.now() < until);
    const { user, system } = process.cpuUsage();
    console.log(JSON.stringify({ memory: process.memoryUsage.rss(), cpu: (user + system) / 1000 }));
    process.stdin.resume();`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['pipe', 'pipe', 'ignore'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  const itself = JSON.parse(text.toString()) as { memory: number; cpu: number };
  const seen = usageOf(child.pid ?? 0);
  child.stdin.end();
  await once(child, 'exit');
  expect(Math.abs((seen?.memoryBytes ?? 0) / itself.memory - 1)).toBeLessThan(0.5);
  expect((seen?.userMs ?? 0) + (seen?.kernelMs ?? 0)).toBeGreaterThanOrEqual(itself.cpu - 40);
  expect(usageOf(child.pid ?? 0)).toBeNull();
});

test('usages add up, and those who are gone use nothing', () => {
  const one = { memoryBytes: 1, userMs: 2, kernelMs: 3 };
  expect(sumUsage([one, null, one])).toEqual({ memoryBytes: 2, userMs: 4, kernelMs: 6 });
  expect(ownUsage().memoryBytes).toBeGreaterThan(1_000_000);
});
