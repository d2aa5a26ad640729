import { resolve } from 'node:path';
import type { FastScoreClient } from '../client/client.ts';
import { FastScoreError } from '../core/errors.ts';
import { expandLiteral, isLiteral } from '../streams/literal.ts';

export interface NamedDescriptor {
  readonly name: string;
  readonly descriptor: unknown;
}

/** What a stream argument stands for: a literal (with a colon), or a stream of the catalog. */
export async function resolveStream(client: () => Promise<FastScoreClient>, text: string): Promise<NamedDescriptor> {
  if (text === '-') {
    throw new FastScoreError(
      'BAD_DESCRIPTOR',
      "'-' is the stdin or stdout of a model file that runs here, not of an engine",
      {
        hint: 'rest: with `fastscore model input` and `fastscore model output`, or run the model file itself',
      },
    );
  }
  if (isLiteral(text)) return expandLiteral(withAbsolutePath(text));
  return { name: text, descriptor: JSON.parse(await (await client()).streams.get(text)) as unknown };
}

/** Files are named from where the person stands, who may stand elsewhere than the engine. 1.10 refused relative paths. */
export function withAbsolutePath(literal: string): string {
  const path = /^file:(?!\/)(.+)$/s.exec(literal)?.[1];
  return path === undefined ? literal : `file:${resolve(path)}`;
}
