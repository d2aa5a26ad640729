import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** Some commands that were typed one after the other into one shell. */
export interface Section {
  readonly name: string;
  readonly steps: readonly Step[];
}

export interface Step {
  readonly command: string;
  /** What was printed, on stdout and stderr; then the exit status in brackets when it is not 0. */
  readonly output: string;
}

export function readTranscript(name: string): Section[] {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
    .split(/^# /m)
    .slice(1)
    .map((section) => {
      const [title = '', ...steps] = section.split(/^\$ /m);
      return { name: title.trim(), steps: steps.map(parseStep) };
    });
}

function parseStep(step: string): Step {
  const end = step.indexOf('\n');
  return { command: step.slice(0, end), output: step.slice(end + 1) };
}

/** Never printed by a command: tells the shell's own lines from those of commands. */
const MARK = '\u0001';

/** Types the commands of a section into bash. @returns the section as it went */
export async function typeSection(
  { name, steps }: Section,
  setting: { readonly directory: string; readonly env: Readonly<Record<string, string>> },
): Promise<Section> {
  const script = steps.map(({ command }) => `${command}\nprintf '${MARK}%d${MARK}' $?\n`).join('');
  const child = spawn('bash', ['-c', `exec 2>&1\n${script}`], {
    cwd: setting.directory,
    env: { ...process.env, ...setting.env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    shown += text;
  });
  await once(child, 'close');
  const parts = shown.split(MARK);
  return {
    name,
    steps: steps.map(({ command }, index) => {
      const [output = '', status] = parts.slice(2 * index);
      return { command, output: mask(status === '0' ? output : `${output}[${status}]\n`, setting.env) };
    }),
  };
}

/** Takes out what is another at each call: addresses, dates, times, and what an engine numbers or names by chance. */
function mask(output: string, env: Readonly<Record<string, string>>): string {
  const addresses = Object.entries(env).filter(([name]) => name.endsWith('URL'));
  const named = addresses.reduce((text, [name, value]) => text.replaceAll(value, `$${name}`), output);
  const masked = MASKS.reduce((text, [pattern, by]) => text.replace(pattern, by), named);
  return masked.includes('inline-<id>') ? masked.replace(/ {2,}/g, '  ').replace(/-{2,}/g, '--') : masked;
}

const MASKS: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z/g, '<date>'],
  [/\w{3} \w{3} \d\d? \d{2}:\d{2}:\d{2} UTC \d{4}/g, '<date>'],
  [/^\d{2}:\d{2}:\d{2}\.\d{3}(?=:)/gm, '<time>'],
  // As wide as chance has it: columns of such tables are not looked at.
  [/\binline-\d+/g, 'inline-<id>'],
  [/(?<=^id: {9}|^Snapshot '|^Sensor installed \[|Sensor id )\w+/gm, '<id>'],
  [/(?<=^size: {7})\d+/gm, '<n>'],
  // Rows of tables: of snapshots, jets and sensors.
  [/^\w{8}(?= {2}.*FST1)/gm, '<id>'],
  [/(?<=FST1 +)\d+$/gm, '<n>'],
  [/^( +\d) +\d+ +\d{6,}$/gm, '$1  <pid>  <id>'],
  [/^ +\d+(?= {2}sys\.)/gm, '<id>'],
  [/(?<=\bjet \w+ )\(\d+\)/g, '(<id>)'],
];
