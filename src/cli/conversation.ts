import type { SlotInfo } from '../api/shapes.ts';
import type { FastScoreClient } from '../client/client.ts';
import type { Cli } from './command.ts';
import { parseSlot } from './numbers.ts';
import { during } from './output/errors.ts';
import { printableText } from './output/printable.ts';

/** Records to the inputs of a running model, line by line, and what comes of them. */
export class Conversation {
  readonly #cli: Cli;
  readonly #client: FastScoreClient;
  readonly #outputs: readonly number[];
  readonly #seen = new Map<number, number>();
  #slot = 0;

  constructor(cli: Cli, client: FastScoreClient, slots: readonly SlotInfo[]) {
    this.#cli = cli;
    this.#client = client;
    this.#outputs = slots.map(({ slot }) => slot).filter((slot) => slot % 2 === 1);
  }

  get prompt(): string {
    return this.#slot === 0 ? '> ' : `${this.#slot}> `;
  }

  /** Records that were rejected before are not shown. */
  async begin(): Promise<void> {
    await this.#newRejects();
  }

  async take(line: string): Promise<void> {
    if (/^~\d+$/.test(line)) this.#turnTo(parseSlot(line.slice(1)));
    else {
      if (line !== '') await during('Stream write error', this.#client.engine.input(this.#slot, Buffer.from(line)));
      const outputs = await this.#takeOutputs();
      for (const reject of await this.#newRejects()) this.#cli.out.line(this.#cli.out.colours.red(reject));
      for (const output of outputs) this.#cli.out.line(this.#cli.out.colours.green(output));
    }
  }

  #turnTo(slot: number): void {
    if (slot % 2 === 1) this.#cli.out.note(`${slot} is an output slot`);
    else this.#slot = slot;
  }

  async #takeOutputs(): Promise<string[]> {
    const lines: string[] = [];
    for (const slot of this.#outputs) {
      for (;;) {
        const record = await during('Stream read error', this.#client.engine.output(slot));
        if (!Buffer.isBuffer(record)) break;
        const text = printableText(record.toString('utf8'));
        lines.push(slot === 1 ? text : `[${slot}] ${text}`);
      }
    }
    return lines;
  }

  async #newRejects(): Promise<string[]> {
    const { slots } = await this.#client.engine.status();
    return slots.flatMap(({ slot, rejected_by_schema, rejected_by_encoding, rejects }) => {
      const count = rejected_by_schema + rejected_by_encoding;
      const fresh = count - (this.#seen.get(slot) ?? 0);
      this.#seen.set(slot, count);
      if (fresh <= 0) return [];
      return rejects.slice(-fresh).map(({ by, text }) => {
        return `REJECTED-By-${by === 'schema' ? 'Schema' : 'Encoding'}:${slot}: ${printableText(text)}`;
      });
    });
  }
}
