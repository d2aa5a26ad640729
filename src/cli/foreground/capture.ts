import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Cli } from '../command.ts';
import { RawJson } from '../output/json.ts';

/** Passes a captured output on to stdout. */
export async function printCapture(cli: Cli, file: string): Promise<void> {
  for await (const chunk of createReadStream(file)) await cli.out.bytes(chunk as Buffer);
}

/** The records of a captured output, as parts of a document. */
export async function readCapture(file: string): Promise<RawJson[]> {
  const records: RawJson[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) records.push(new RawJson(line));
  return records;
}
