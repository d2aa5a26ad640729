import type { Cli } from './command.ts';
import { parseJets, parseSeconds } from './numbers.ts';
import { during } from './output/errors.ts';

export const SCALE_TIMEOUT = [
  '--timeout <seconds>',
  'come back with an error when jets still start or leave after so long (default: 60)',
] as const;

/** Changes the number of jets, of the run that is there or of the next one. @returns which of them it is */
export async function scaleJets(cli: Cli, text: string, timeout: string | undefined): Promise<'current' | 'next'> {
  const jets = parseJets(text);
  const waitMs = parseSeconds('--timeout', timeout);
  const { engine } = await cli.client();
  const scaling = during('Unable to scale model', engine.scale(jets, waitMs));
  await cli.out.progress.while(() => `Scaling to ${jets} jets`, scaling);
  const { state, jets: running } = await engine.status();
  const run = state === 'init' && running.length === 0 ? 'next' : 'current';
  cli.out.done({ jets, result: 'scaled', run }, 'Model scale changed');
  return run;
}
