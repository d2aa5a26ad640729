import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { writeFileAtomically } from '../util/atomic-file.ts';
import type { Cli } from './command.ts';
import { makeHome } from './home.ts';

const HISTORY_SIZE = 500;

export interface LineReader {
  /** Lines as they come, to the end of stdin. On a terminal each is asked for with a prompt. */
  lines(prompt: () => string): AsyncGenerator<string, void, void>;
}

/** Reads lines; on a terminal with keys to change them, and with those of earlier calls. */
export async function openLineReader(cli: Cli): Promise<LineReader> {
  const { stdin, stdout } = cli.io;
  const terminal = stdin.isTTY === true && stdout.isTTY === true;
  const historyFile = join(cli.home.directory, 'interact-history.json');
  let history = terminal ? await readHistory(historyFile) : [];
  const reader = createInterface({
    input: stdin,
    crlfDelay: Number.POSITIVE_INFINITY,
    ...(terminal
      ? { output: stdout, terminal, history, historySize: HISTORY_SIZE, removeHistoryDuplicates: true }
      : {}),
  });
  reader.on('history', (lines: string[]) => {
    history = lines;
  });
  // Raw mode makes Ctrl-C a key.
  reader.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  cli.defer(async () => {
    reader.close();
    if (!terminal || history.length === 0) return;
    await makeHome(cli.home);
    await writeFileAtomically(historyFile, JSON.stringify(history.slice(0, HISTORY_SIZE)));
  });
  return {
    async *lines(prompt) {
      const ask = (): void => {
        if (!terminal) return;
        reader.setPrompt(prompt());
        reader.prompt();
      };
      ask();
      for await (const line of reader) {
        yield line;
        ask();
      }
      if (terminal) stdout.write('\n');
    },
  };
}

async function readHistory(file: string): Promise<string[]> {
  try {
    return (JSON.parse(await readFile(file, 'utf8')) as string[]).map(String);
  } catch {
    return [];
  }
}
