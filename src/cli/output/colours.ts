import type { Io } from '../io.ts';

export type Paint = (text: string) => string;

export interface Colours {
  readonly bold: Paint;
  readonly green: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
  readonly blue: Paint;
}

const plain: Paint = (text) => text;
const NONE: Colours = { bold: plain, green: plain, red: plain, yellow: plain, blue: plain };

/** Whether a stream gets colours: a terminal does, unless `NO_COLOR` is set or `--color` says otherwise. */
export function wantsColour(when: string, stream: { readonly isTTY?: boolean }, env: Io['env']): boolean {
  if (when !== 'auto') return when === 'always';
  return stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
}

/** chalk is loaded only when something will be coloured. The bright colours are those of 1.10. */
export async function loadColours(wanted: boolean): Promise<Colours> {
  if (!wanted) return NONE;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level: 1 });
  return {
    bold: chalk.bold,
    green: chalk.greenBright,
    red: chalk.redBright,
    yellow: chalk.yellowBright,
    blue: chalk.blueBright,
  };
}
