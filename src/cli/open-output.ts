import { FastScoreError } from '../core/errors.ts';
import type { Io } from './io.ts';
import { modernArguments } from './legacy.ts';
import { loadColours, wantsColour } from './output/colours.ts';
import { Output } from './output/output.ts';

/** How to write is decided before the command line has been understood, so that errors about it come out right. */
export async function openOutput(argv: readonly string[], io: Io, compat: boolean): Promise<Output> {
  const words = modernArguments(argv);
  const end = words.indexOf('--');
  const options = end === -1 ? words : words.slice(0, end);
  const has = (...names: string[]): boolean => names.some((name) => options.includes(name));
  const when = colourChoice(options);
  const [stdout, stderr] = await Promise.all([
    loadColours(wantsColour(when, io.stdout, io.env)),
    loadColours(wantsColour(when, io.stderr, io.env)),
  ]);
  return new Output(io, {
    json: has('--json'),
    verbose: has('-v', '--verbose'),
    quiet: has('-q', '--quiet'),
    oldErrors: compat,
    colours: { stdout, stderr },
  });
}

/** The last `--color` that says something we know; anything else is refused by the command. */
function colourChoice(options: readonly string[]): string {
  let choice = 'auto';
  for (const [index, word] of options.entries()) {
    const value = word === '--color' ? options[index + 1] : word.startsWith('--color=') ? word.slice(8) : undefined;
    if (value === 'always' || value === 'never' || value === 'auto') choice = value;
  }
  return choice;
}

/** @throws FastScoreError BAD_INPUT for what `colourChoice` has passed over */
export function assertColourChoice(when: unknown): void {
  if (when === undefined || when === 'auto' || when === 'always' || when === 'never') return;
  throw new FastScoreError('BAD_INPUT', `--color takes auto, always or never, not '${when}'`);
}
