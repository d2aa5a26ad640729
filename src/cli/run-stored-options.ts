/** Options of commands that run a stored model. */
export const RUN_STORED_OPTIONS = {
  wait: ['--wait', 'wait for the end of the run; exit status 8 when the model fails'],
  timeout: ['--timeout <seconds>', 'give up waiting after so long, with exit status 7'],
  schema: ['--schema <name:data>', 'a schema that goes along: a file, @file, or JSON', 'repeat'],
} as const;

export interface RunStoredOptions {
  readonly wait: boolean;
  readonly timeout: string | undefined;
  readonly schema: readonly string[];
}
