import type { NamedPipes } from './named-pipes.ts';

/**
 * R's default packages without methods, which takes as long to load as all others together: `run_jet` brings it in as soon as a
 * model touches it.
 */
const DEFAULT_PACKAGES = 'datasets,utils,grDevices,graphics,stats';

/** The command that runs an R jet over `pipes`. The paths are arguments of their own, so they may hold any character. */
export function rJetCommand(
  rscript: string,
  { inPath, outPath, bellPath }: Pick<NamedPipes, 'inPath' | 'outPath' | 'bellPath'>,
): { command: string; args: string[] } {
  const expression = 'do.call(fastscore:::run_jet,as.list(commandArgs(TRUE)))';
  return {
    command: rscript,
    args: ['--vanilla', `--default-packages=${DEFAULT_PACKAGES}`, '-e', expression, inPath, outPath, bellPath],
  };
}
