import type { EngineConfigMessage, ModelErrorMessage, PneumoMessage, SensorData } from '../api/pneumo.ts';
import { clockTime } from './clock-time.ts';
import type { Colours } from './output/colours.ts';
import { printableText } from './output/printable.ts';

/** A message of Pneumo as FastScore 1.10 showed it: time and source, then what happened; further lines stand under it. */
export function renderPneumo(message: PneumoMessage, colours: Colours): string {
  const from = `${clockTime(message.timestamp)}:${printableText(message.src)}`;
  const mark = message.type === 'model-console' ? '>' : ':';
  const lines = printableText(textOf(message)).split('\n');
  const indent = ' '.repeat(from.length + 2);
  const text = `${from}${mark} ${lines.join(`\n${indent}`)}`;
  return message.type === 'model-error' || isDown(message) ? colours.red(text) : text;
}

const LEVELS: Readonly<Record<number, string>> = {
  128: 'debug',
  64: 'info',
  32: 'notice',
  16: 'warning',
  8: 'error',
  4: 'critical',
  2: 'alert',
  1: 'emergency',
};

const isDown = (message: PneumoMessage): boolean => message.type === 'health' && message.health !== 'ok';

function textOf(message: PneumoMessage): string {
  switch (message.type) {
    case 'log':
      return `log[${LEVELS[message.level] ?? message.level}] ${message.text.trimEnd()}`;
    case 'health':
      return `${message.instance} is ${message.health === 'ok' ? 'up' : 'DOWN'}`;
    case 'model-console':
      return message.text.trimEnd();
    case 'engine-state':
      return `state is ${message.state.toUpperCase()}`;
    case 'engine-config':
      return configText(message);
    case 'sensor-report':
      return `sensor[${message.id}] ${message.tap}: ${dataText(message.data)}`;
    case 'model-error':
      return errorText(message);
  }
}

/** `stoppped` is how 1.10 spelled it, and what scripts look for. */
const CONFIG_WORDS: Readonly<Record<string, string>> = {
  load: 'loaded',
  reload: 'reloaded',
  unload: 'unloaded',
  attach: 'attached to',
  reattach: 'reattached to',
  detach: 'detached from',
  start: 'started',
  stop: 'stoppped',
};

function configText({ item, op, ref }: EngineConfigMessage): string {
  const words = `${item} ${CONFIG_WORDS[op] ?? op}`;
  if (ref === undefined) return words;
  return item === 'jet' ? `${words} (${ref})` : `${words} ${ref}`;
}

const dataText = (data: SensorData): string => (typeof data === 'string' ? data : JSON.stringify(data));

function errorText({ input, console: output }: ModelErrorMessage): string {
  return ['MODEL ERROR', ...inputLines(input), '-'.repeat(32), output.trimEnd()].join('\n');
}

function inputLines(input: ModelErrorMessage['input']): string[] {
  if (input === null) return ['(last input not available)'];
  const { seqno, data, batch_len } = input;
  const skipped = batch_len - data.length;
  return [
    'The input that caused the error:',
    ...data.map((record, index) => `  ${seqno + index}: ${record}`),
    ...(skipped > 0 ? [`(${skipped} record(s) skipped)`] : []),
  ];
}
