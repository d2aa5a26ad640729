import { expect, it } from 'vitest';
import type { PneumoFields, PneumoMessage } from '../../src/api/pneumo.ts';
import { loadColours } from '../../src/cli/output/colours.ts';
import { renderPneumo } from '../../src/cli/pneumo-text.ts';

const colours = await loadColours(false);

const shown = (fields: PneumoFields): string =>
  renderPneumo({ src: 'engine-1', timestamp: '2026-03-02T11:15:43.250600Z', ...fields } as PneumoMessage, colours);

const error = { type: 'model-error', console: 'ValueError: bad\n' } as const;

it.each<[PneumoFields, string]>([
  [{ type: 'log', level: 16, text: 'late' }, ': log[warning] late'],
  [{ type: 'health', instance: 'engine-2', health: 'ok' }, ': engine-2 is up'],
  [{ type: 'health', instance: 'engine-2', health: 'fail' }, ': engine-2 is DOWN'],
  [{ type: 'model-console', text: 'loading\ndone\n' }, `> loading\n${' '.repeat(23)}done`],
  [{ type: 'engine-state', state: 'running' }, ': state is RUNNING'],
  [{ type: 'engine-config', item: 'model', op: 'reload' }, ': model reloaded'],
  [{ type: 'engine-config', item: 'stream', op: 'detach', ref: 2 }, ': stream detached from 2'],
  [{ type: 'engine-config', item: 'jet', op: 'stop', ref: '50200331' }, ': jet stoppped (50200331)'],
  [{ type: 'sensor-report', id: 15, tap: 'sys.memory', data: 12, delta_time: 1 }, ': sensor[15] sys.memory: 12'],
])('%j', (fields, text) => {
  expect(shown(fields)).toBe(`11:15:43.250:engine-1${text}`);
});

it('shows the input of a model error, and what was skipped, in lines under each other', () => {
  const input = { slot: 0, seqno: 99, data: ['{"a": 1}'], batch_len: 180, encoding: 'json' };
  expect(shown({ ...error, input }).split('\n')).toEqual([
    '11:15:43.250:engine-1: MODEL ERROR',
    ...[
      'The input that caused the error:',
      '  99: {"a": 1}',
      '(179 record(s) skipped)',
      '-'.repeat(32),
      'ValueError: bad',
    ].map((line) => ' '.repeat(23) + line),
  ]);
  expect(shown({ ...error, input: null })).toContain('(last input not available)');
});

it('keeps control characters of models from the terminal', () => {
  expect(shown({ type: 'model-console', text: '\u001b[2J' })).toContain('\\u001b[2J');
});
