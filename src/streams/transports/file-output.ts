import type { FileHandle } from 'node:fs/promises';
import { FastScoreError } from '../../core/errors.ts';
import type { OutputCheckpoint, OutputPosition } from '../types.ts';
import type { OpenOutputTransportOptions, OutputTransport } from './transport.ts';
import { WritableOutput } from './writable-output.ts';

const WRITE_BUFFER_BYTES = 1024 * 1024;

/** A regular file as an output. What it has beyond the position where it begins is cut off. */
export class FileOutput implements OutputTransport {
  readonly pull = null;
  readonly checkpoint: OutputCheckpoint;
  readonly #bytes: WritableOutput;
  #end: number;

  private constructor(handle: FileHandle, start: number, options: OpenOutputTransportOptions) {
    this.#end = start;
    this.#bytes = new WritableOutput(handle.createWriteStream({ highWaterMark: WRITE_BUFFER_BYTES, start }), options);
    this.checkpoint = {
      position: () => ({ byte: this.#end }),
      prepare: async () => {
        await this.#bytes.write([Buffer.alloc(0)]);
        if (!this.#bytes.ended) await handle.datasync();
      },
    };
  }

  /** @throws FastScoreError BAD_INPUT when the file has become shorter than the position to go on from */
  static async open(
    handle: FileHandle,
    position: OutputPosition | null,
    options: OpenOutputTransportOptions,
  ): Promise<FileOutput> {
    const start = position !== null && 'byte' in position ? position.byte : 0;
    const { size } = await handle.stat();
    if (size < start) {
      await handle.close();
      throw new FastScoreError('BAD_INPUT', `has ${size} bytes, and is to be continued behind byte ${start}`, {
        hint: 'It is not the output that belongs to the snapshot: put that one back, or run without resuming',
      });
    }
    await handle.truncate(start);
    return new FileOutput(handle, start, options);
  }

  get ended(): boolean {
    return this.#bytes.ended;
  }

  write(chunks: readonly Buffer[]): Promise<void> {
    for (const { length } of chunks) this.#end += length;
    return this.#bytes.write(chunks);
  }

  close(lingerMs: number | null): Promise<void> {
    return this.#bytes.close(lingerMs);
  }
}
