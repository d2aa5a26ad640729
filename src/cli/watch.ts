import { setTimeout as delay } from 'node:timers/promises';
import type { Cli } from './command.ts';
import { LiveScreen } from './live-screen.ts';
import { untilInterrupted } from './until-interrupted.ts';

/** What a command shows, once. */
export interface Frame {
  readonly document: unknown;
  readonly text: string;
}

export const WATCH_OPTION = ['-w, --watch', 'show it again and again, until Ctrl-C'] as const;

const INTERVAL_MS = 1000;

/** Shows a frame; with `watching` again each second: in place on a terminal, else whenever it has changed. */
export async function showFrame(cli: Cli, watching: boolean, frame: () => Promise<Frame>): Promise<number> {
  if (watching) return untilInterrupted(cli, () => showAgain(cli, frame));
  const { document, text } = await frame();
  cli.out.result(document, text);
  return 0;
}

async function showAgain(cli: Cli, frame: () => Promise<Frame>): Promise<void> {
  const screen = !cli.out.json && cli.io.stdout.isTTY ? new LiveScreen(cli.io.stdout) : null;
  cli.defer(() => screen?.close());
  for (let shown: string | null = null; !cli.signal.aborted; ) {
    const { document, text } = await frame();
    if (cli.signal.aborted) return;
    if (screen !== null) screen.show(text);
    else {
      const news = cli.out.json ? JSON.stringify(document) : text;
      if (news !== shown) cli.out.item(document, shown === null ? text : `\n${text}`);
      shown = news;
    }
    await delay(INTERVAL_MS, undefined, { signal: cli.signal }).catch(() => {});
  }
}
