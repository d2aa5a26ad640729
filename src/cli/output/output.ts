import { once } from 'node:events';
import type { FastScoreError } from '../../core/errors.ts';
import type { Io } from '../io.ts';
import type { Colours } from './colours.ts';
import { renderError, renderErrorJson, renderOldError, renderOldErrorJson } from './errors.ts';
import { renderJson, renderJsonLine } from './json.ts';
import { Progress } from './progress.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** Errors as in 1.10: on stdout, and the sentences alone. */
  readonly oldErrors: boolean;
  readonly colours: { readonly stdout: Colours; readonly stderr: Colours };
}

/**
 * The one place that writes. Results go to stdout: text, or with `--json` one document. Without `--json`
 * `--verbose` adds lines that confirm what was done, which belong to the result as they did in 1.10.
 * Everything else goes to stderr.
 */
export class Output {
  readonly json: boolean;
  #verbose: boolean;
  readonly colours: Colours;
  readonly progress: Progress;
  readonly #io: Io;
  readonly #options: OutputOptions;

  constructor(io: Io, options: OutputOptions) {
    this.#io = io;
    this.#options = options;
    this.json = options.json;
    this.#verbose = options.verbose;
    this.colours = options.colours.stdout;
    this.progress = new Progress(io.stderr, !options.quiet);
  }

  /** Of the terminal on stdout; undefined when it is none, or does not know. */
  get columns(): number | undefined {
    return this.#io.stdout.columns || undefined;
  }

  get verbose(): boolean {
    return this.#verbose;
  }

  /** Old words may stand for a command with `--verbose`, which shows only when it is known. */
  beVerbose(): void {
    this.#verbose = true;
  }

  /** The result of a command: `document` with `--json`, else `text`, which may be empty. */
  result(document: unknown, text: string): void {
    if (this.json) this.#toStdout(renderJson(document));
    else if (text !== '') this.#toStdout(text);
  }

  /** The result of a command that is silent unless asked: `text` is shown with `--verbose` only. */
  done(document: unknown, text: string): void {
    this.result(document, this.verbose ? text : '');
  }

  /** A line of stdout between or before results; nothing with `--json`. */
  line(text: string): void {
    if (!this.json) this.#toStdout(text);
  }

  /** `line`, with `--verbose` only. */
  confirm(text: string): void {
    if (this.verbose) this.line(text);
  }

  /** The next piece of a line that tells how far a wait has come, with `--verbose` only. */
  confirmPart(text: string): void {
    if (this.verbose && !this.json) this.#io.stdout.write(text);
  }

  /** Raw bytes of a result, with nothing added. Resolves when whoever reads them keeps up. */
  async bytes(data: Buffer): Promise<void> {
    this.progress.clear();
    if (!this.#io.stdout.write(data)) await once(this.#io.stdout, 'drain');
  }

  /** One of many documents, on a line of its own, with `--json`. */
  item(document: unknown, text: string): void {
    this.#toStdout(this.json ? renderJsonLine(document) : text);
  }

  /** Something that happened on the way, for the person at the terminal. */
  note(text: string): void {
    if (!this.#options.quiet) this.#toStderr(text);
  }

  warn(text: string): void {
    this.note(this.#options.colours.stderr.yellow(`Warning: ${text}`));
  }

  error(error: FastScoreError): void {
    const { oldErrors, colours } = this.#options;
    if (this.json) this.#toStdout(oldErrors ? renderOldErrorJson(error) : renderErrorJson(error));
    else if (oldErrors) this.#toStdout(renderOldError(error, colours.stdout));
    else this.#toStderr(renderError(error, { verbose: this.#verbose, colours: colours.stderr }));
  }

  #toStdout(text: string): void {
    this.progress.clear();
    this.#io.stdout.write(`${text}\n`);
  }

  #toStderr(text: string): void {
    this.progress.clear();
    this.#io.stderr.write(`${text}\n`);
  }
}
