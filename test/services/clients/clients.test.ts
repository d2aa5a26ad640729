import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBuilt } from '../../e2e/support/built-binary.ts';
import { GROUPS } from './cli/groups.ts';
import { cellOf, readPromises, tableOf } from './support/compatibility-page.ts';
import type { InstalledClients } from './support/install-clients.ts';
import { installClients } from './support/install-clients.ts';
import type { Verdict } from './support/row.ts';
import { tryGroup } from './support/try-group.ts';
import { trySdk } from './support/try-sdk.ts';

/** Of groups, which spend most of their time waiting for something. */
const AT_ONCE = 3;
/** Some two minutes when nothing else runs. */
const LIMIT_MS = 15 * 60_000;

const promises = await readPromises();

let clients: InstalledClients;
const commands: Verdict[] = [];
const calls: Verdict[] = [];

beforeAll(async () => {
  await ensureBuilt();
  clients = await installClients();
  const waiting = [
    ...(['sdk.py', 'apis.py'] as const).map((script) => async () => calls.push(...(await trySdk(clients, script)))),
    ...GROUPS.map((group) => async () => commands.push(...(await tryGroup(clients, group)))),
  ];
  const worker = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) await next();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}, LIMIT_MS);

afterAll(() => {
  process.stdout.write(`\n${tableOf([...commands, ...calls])}\n`);
});

describe('the command line of FastScore 1.10', () => {
  for (const { title, rows } of GROUPS) {
    test.each(rows)(`${title}: $call`, ({ call }) => keepsPromise(commands, call));
  }

  test('every pattern of a command that it knows is tried', async () => {
    const script = 'import json, cli.dispatch as d; print(json.dumps([p for _, p in d.COMMAND_PATTERNS if p]))';
    const { stdout } = await promisify(execFile)(clients.python, ['-W', 'ignore', '-c', script]);
    const tried = GROUPS.flatMap(({ rows }) => rows.map(({ call }) => wordsOf(call)));
    const untried = (JSON.parse(stdout) as string[][]).filter(
      (pattern) => !tried.some((words) => matches(pattern, words)),
    );
    expect(untried).toEqual([]);
  });
});

describe('the SDK of FastScore 1.10', () => {
  test('its members do what docs/compatibility.md says', () => {
    for (const { call } of calls) keepsPromise(calls, call);
    expect(calls.length).toBeGreaterThan(100);
  });
});

test('docs/compatibility.md has a row for each, and no others', () => {
  expect([...promises.keys()].sort()).toEqual([...commands, ...calls].map(({ call }) => cellOf(call)).sort());
});

function keepsPromise(verdicts: readonly Verdict[], call: string): void {
  const { outcome, detail } = verdicts.find((verdict) => verdict.call === call)!;
  expect({ call, outcome, detail: outcome === promises.get(cellOf(call)) ? '' : detail }).toEqual({
    call,
    outcome: promises.get(cellOf(call)),
    detail: '',
  });
}

/** The words of `model add M FILE -v, again` that make up the command. */
function wordsOf(call: string): string[] {
  return call
    .replace(/[,:] .*/, '')
    .split(' ')
    .filter((word) => !word.startsWith('-'));
}

function matches(pattern: readonly string[], words: readonly string[]): boolean {
  return (
    pattern.length === words.length &&
    pattern.every((word, index) => (word.startsWith('<') ? /^[A-Z0-9/]+$/.test(words[index]!) : word === words[index]))
  );
}
