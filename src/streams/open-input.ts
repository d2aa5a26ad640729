import type { Readable } from 'node:stream';
import { FastScoreError } from '../core/errors.ts';
import type { TypedSchema } from '../schema/typed-schema.ts';
import { assertDirection } from './assert-direction.ts';
import { promptLimit } from './batching.ts';
import { Connection } from './connection.ts';
import type { StreamDescriptor } from './descriptor.ts';
import { RECORD_LIMIT_BYTES } from './envelopes/record-limit.ts';
import { OpenedInput } from './opened-input.ts';
import { PromptQueue } from './prompt-queue.ts';
import type { SetTimer } from './record-set-queue.ts';
import { RecordSetQueue } from './record-set-queue.ts';
import { openFailure } from './stream-failure.ts';
import type { InputTransport, OpenInputTransportOptions } from './transports/transport.ts';
import type { InputPosition, InputStream } from './types.ts';

export interface OpenInputOptions {
  readonly slot: number;
  /** undefined: `useSchema` will tell. @default null */
  readonly schema?: TypedSchema | null | undefined;
  /** Whether a batch is a record set; undefined: `useRecordSets` will tell. @default false */
  readonly recordsets?: boolean | undefined;
  /** Where to go on, as a batch told it; by default the descriptor decides. */
  readonly position?: InputPosition | null;
  /** Something a person should know that does not stop the stream. */
  readonly onWarning?: (text: string) => void;
  /** Directory that files must lie in, links resolved; relative paths begin there. By default files lie anywhere. */
  readonly dataRoot?: string | null;
  /** Longest record in bytes; a longer one is rejected. @default 64 MiB */
  readonly recordLimit?: number;
  /** How much is read ahead of the engine. @default 4 MiB */
  readonly bufferBytes?: number;
  /** @default setTimeout */
  readonly setTimer?: SetTimer;
  /** What transport `stdin` reads. @default process.stdin */
  readonly stdin?: Readable;
}

const BUFFER_BYTES = 4 * 1024 * 1024;

/**
 * Opens a stream for an input slot and starts reading ahead.
 * @throws FastScoreError STREAM_FAILED when it cannot be opened
 */
export async function openInput(descriptor: StreamDescriptor, options: OpenInputOptions): Promise<InputStream> {
  const { slot } = options;
  const { transport, encoding, batching, loop } = descriptor;
  assertDirection(descriptor, slot);
  const start = startOf(descriptor, options.position ?? null);
  const onWarning = (text: string): void => options.onWarning?.(`Stream at slot ${slot}: ${transport.label}: ${text}`);
  const connection = new Connection(onWarning);
  let input: OpenedInput | null = null;
  let opened: InputTransport;
  try {
    opened = await transport.openInput!({
      ...start,
      onWarning,
      onTrouble: (reason) => connection.set(reason),
      forget: () => input?.forget() ?? true,
      onHandOver: () => input?.handOver(),
      dataRoot: options.dataRoot ?? null,
      stdin: options.stdin ?? process.stdin,
    });
  } catch (error) {
    throw openFailure(slot, transport.label, error);
  }
  if (loop && opened.rewind === null) {
    await opened.close();
    throw openFailure(slot, transport.label, 'cannot be read again from its beginning, as Loop demands');
  }
  const isPlaced = opened.rewind !== null;
  const positionOf = opened.positionAt ?? (isPlaced ? positionIn(transport.seek) : () => null);
  input = new OpenedInput(descriptor, opened, {
    slot,
    schema: 'schema' in options ? options.schema : null,
    connection,
    recordLimit: options.recordLimit ?? RECORD_LIMIT_BYTES,
    bufferBytes: options.bufferBytes ?? BUFFER_BYTES,
    recordsets: 'recordsets' in options ? options.recordsets : false,
    createQueue: (recordsets, onTimer) =>
      recordsets
        ? new RecordSetQueue({
            form: encoding.form,
            batching,
            positionOf,
            setTimer: options.setTimer ?? setNodeTimer,
            onTimer,
          })
        : new PromptQueue({ form: encoding.form, watermark: promptLimit(batching), positionOf }),
  });
  return input;
}

function startOf(
  descriptor: StreamDescriptor,
  position: InputPosition | null,
): Pick<OpenInputTransportOptions, 'start' | 'partitions' | 'isContinued'> {
  const isContinued = position !== null;
  if (!isContinued) {
    return { start: descriptor.skipTo ?? descriptor.skipToRecord ?? 0, partitions: null, isContinued };
  }
  const { seek, label } = descriptor.transport;
  if (seek === 'bytes' && 'byte' in position) return { start: position.byte, partitions: null, isContinued };
  if (seek === 'records' && 'record' in position) return { start: position.record, partitions: null, isContinued };
  if (seek === 'records' && 'partitions' in position) return { start: 0, partitions: position, isContinued };
  throw new FastScoreError('BAD_INPUT', `${label} cannot go on from position ${JSON.stringify(position)}`);
}

function positionIn(seek: 'bytes' | 'records' | null): (next: number) => InputPosition | null {
  if (seek === 'bytes') return (byte) => ({ byte });
  if (seek === 'records') return (record) => ({ record });
  return () => null;
}

const setNodeTimer: SetTimer = (run, delayMs) => {
  const timer = setTimeout(run, delayMs);
  return () => clearTimeout(timer);
};
