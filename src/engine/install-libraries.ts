import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { FastScoreError } from '../core/errors.ts';
import { jetEnvironment } from '../jets/environment.ts';
import { findInterpreter } from '../jets/interpreters.ts';
import { pythonEnvironment } from '../jets/launch-python.ts';
import type { NamedInterpreters } from '../jets/named-interpreters.ts';
import { masked } from '../util/masked.ts';

const run = promisify(execFile);

/** Some libraries for R are compiled when they are installed. */
const LONGEST_MS = 15 * 60_000;
const PLAIN_NAME = /^[A-Za-z][\w.-]{0,99}$/;

const FIND_IN_PYTHON = `import importlib.util, sys
print(*(name for name in sys.argv[1:] if importlib.util.find_spec(name) is None), sep="\\n")`;
const FIND_IN_R = 'cat(Filter(function(name) !requireNamespace(name, quietly = TRUE), commandArgs(TRUE)), sep = "\\n")';
const INSTALL_IN_R = 'options(warn = 2); install.packages(commandArgs(TRUE), quiet = TRUE)';

/**
 * Installs what the interpreter of a model type does not find, with the installer that it has and from where that is
 * configured to look.
 * @throws FastScoreError BAD_INPUT with what the installer says
 */
export async function installLibraries(
  mtype: string,
  names: readonly string[],
  interpreters: NamedInterpreters = {},
): Promise<void> {
  const odd = names.find((name) => !PLAIN_NAME.test(name));
  if (odd !== undefined) throw new FastScoreError('BAD_INPUT', `'${odd.slice(0, 100)}' is no name of a library`);
  if (names.length === 0) return;
  const tools = await toolsOf(mtype, interpreters);
  const missing = (await tools.find(names)).split('\n').filter((name) => name !== '');
  if (missing.length === 0) return;
  try {
    await tools.install(missing);
  } catch (cause) {
    const { stderr = '', message } = cause as Error & { stderr?: string };
    const said = (stderr.trim() || message).split('\n').findLast((line) => /error/i.test(line)) ?? message;
    throw new FastScoreError('BAD_INPUT', `Cannot install ${missing.join(', ')}: ${masked(said.trim())}`, {
      hint: 'Install them where the engine runs',
      cause,
    });
  }
}

interface Tools {
  /** @returns those that are missing, a line for each */
  find(names: readonly string[]): Promise<string>;
  install(names: readonly string[]): Promise<unknown>;
}

async function toolsOf(mtype: string, { python: pythons, R: rs }: NamedInterpreters): Promise<Tools> {
  if (mtype === 'python' || mtype === 'python3') {
    const { command } = await findInterpreter('python', pythons);
    const python = tool(command, pythonEnvironment());
    return {
      find: (names) => python('-c', FIND_IN_PYTHON, ...names),
      install: (names) =>
        python('-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check', ...names),
    };
  }
  if (mtype === 'r') {
    const { command } = await findInterpreter('R', rs);
    const r = tool(command, jetEnvironment({}));
    return { find: (names) => r('-e', FIND_IN_R, ...names), install: (names) => r('-e', INSTALL_IN_R, ...names) };
  }
  throw new FastScoreError('BAD_INPUT', `This engine installs no libraries for models of type ${mtype}`);
}

function tool(command: string, env: Record<string, string>): (...words: string[]) => Promise<string> {
  return async (...words) => (await run(command, words, { env, timeout: LONGEST_MS })).stdout;
}
