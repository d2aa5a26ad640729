import type { Writable } from 'node:stream';
import type { FastScoreError } from '../core/errors.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { assertDirection } from './assert-direction.ts';
import { Connection } from './connection.ts';
import type { StreamDescriptor } from './descriptor.ts';
import { OpenedOutput } from './opened-output.ts';
import { openFailure, runFailure } from './stream-failure.ts';
import type { OutputPosition, OutputStream } from './types.ts';

export interface OpenOutputOptions {
  readonly slot: number;
  /** undefined: `useSchema` will tell. @default null */
  readonly schema?: TypedSchema | null | undefined;
  /** Where to go on, as `OutputStream.checkpoint` told it; by default the output begins anew. */
  readonly position?: OutputPosition | null;
  /** Something a person should know that does not stop the stream. */
  readonly onWarning?: (text: string) => void;
  /** Directory that files must lie in, links resolved; relative paths begin there. By default files lie anywhere. */
  readonly dataRoot?: string | null;
  /** What transport `stdout` writes. @default process.stdout */
  readonly stdout?: Writable;
}

/**
 * Opens a stream for an output slot. This creates or empties a file: never do it for a dry run.
 * @throws FastScoreError STREAM_FAILED when it cannot be opened
 */
export async function openOutput(descriptor: StreamDescriptor, options: OpenOutputOptions): Promise<OutputStream> {
  const { slot } = options;
  const { transport } = descriptor;
  assertDirection(descriptor, slot);
  const onWarning = (text: string): void => options.onWarning?.(`Stream at slot ${slot}: ${transport.label}: ${text}`);
  const connection = new Connection(onWarning);
  let stream: OpenedOutput | null = null;
  /** A failure that came before the stream was there to take it. */
  let early: FastScoreError | null = null;
  try {
    const opened = await transport.openOutput!({
      onWarning,
      onTrouble: (reason) => connection.set(reason),
      dataRoot: options.dataRoot ?? null,
      position: options.position ?? null,
      stdout: options.stdout ?? process.stdout,
      onReject: (record, reason) => stream?.reject(record, reason),
      onLost: (text) => {
        stream?.lose();
        onWarning(text);
      },
      onFailure: (error) => {
        const failure = runFailure(slot, transport.label, error);
        if (stream === null) early = failure;
        else stream.fail(failure);
      },
    });
    stream = new OpenedOutput(descriptor, opened, {
      slot,
      connection,
      schema: 'schema' in options ? options.schema : null,
      isContinued: isContinued(options.position ?? null),
    });
  } catch (error) {
    throw openFailure(slot, transport.label, error);
  }
  if (early !== null) stream.fail(early);
  return stream;
}

function isContinued(position: OutputPosition | null): boolean {
  if (position === null) return false;
  return ('byte' in position ? position.byte : position.record) > 0;
}
