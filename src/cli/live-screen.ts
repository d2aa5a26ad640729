import type { Io } from './io.ts';

const ENTER = '\u001b[?1049h\u001b[?25l';
const LEAVE = '\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const CLEAR_LINE = '\u001b[2K';
const CLEAR_BELOW = '\u001b[J';

/** A page on a terminal that is drawn again and again in place, on a screen of its own. */
export class LiveScreen {
  readonly #stdout: Io['stdout'];
  #page = '';
  #entered = false;

  constructor(stdout: Io['stdout']) {
    this.#stdout = stdout;
  }

  show(page: string): void {
    this.#page = page;
    if (!this.#entered) {
      this.#entered = true;
      this.#stdout.write(ENTER);
      this.#stdout.on('resize', this.#draw);
      process.once('exit', this.#leave);
    }
    this.#draw();
  }

  /** Gives the terminal back as it was, with the last page on it. */
  close(): void {
    if (!this.#entered) return;
    this.#leave();
    this.#stdout.write(`${this.#page}\n`);
  }

  readonly #draw = (): void => {
    // Some terminals do not know how large they are, and say 0.
    const rows = this.#stdout.rows || 24;
    const columns = this.#stdout.columns || 80;
    const lines = this.#page.split('\n').slice(0, Math.max(1, rows - 1));
    this.#stdout.write(HOME + lines.map((line) => `${CLEAR_LINE}${cut(line, columns)}\n`).join('') + CLEAR_BELOW);
  };

  readonly #leave = (): void => {
    this.#entered = false;
    this.#stdout.off('resize', this.#draw);
    process.off('exit', this.#leave);
    this.#stdout.write(LEAVE);
  };
}

/** The first `columns` characters that can be seen; sequences that set colours take no place. */
function cut(line: string, columns: number): string {
  let left = columns;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they begin the sequences
  return line.replace(/\u001b\[[\d;]*m|[^\u001b]/gu, (piece) =>
    piece.startsWith('\u001b') || left-- > 0 ? piece : '',
  );
}
