import { PassThrough } from 'node:stream';
import { settlesWithin } from '../../../util/settles-within.ts';
import type { OpenOutputTransportOptions, OutputTransport } from '../transport.ts';
import { WritableOutput } from '../writable-output.ts';
import { createClient, toS3Error } from './s3-client.ts';
import type { S3Place } from './s3-place.ts';

const PART_BYTES = 5 * 1024 * 1024;

/** Writing parts takes its time: at least this long is waited for the last ones. */
const LEAST_LINGER_MS = 10_000;

/** A multipart upload: nothing is visible before the stream is closed. */
export async function openS3Output(place: S3Place, options: OpenOutputTransportOptions): Promise<OutputTransport> {
  const { HeadBucketCommand } = await import('@aws-sdk/client-s3');
  const { Upload } = await import('@aws-sdk/lib-storage');
  const client = await createClient(place, options);
  const { bucket, key } = place;
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
  } catch (error) {
    client.destroy();
    throw toS3Error(error);
  }
  const body = new PassThrough({ highWaterMark: PART_BYTES });
  const upload = new Upload({
    client,
    params: { Bucket: bucket, Key: key, Body: body },
    partSize: PART_BYTES,
    queueSize: 2,
  });
  const bytes = new WritableOutput(body, options);
  let isOver = false;
  const uploaded = upload.done().then(
    () => {},
    (error: unknown) => {
      const isAborted = isOver;
      isOver = true;
      body.destroy();
      if (!isAborted) options.onFailure(toS3Error(error));
    },
  );
  const finish = async (lingerMs: number | null): Promise<void> => {
    await bytes.close(lingerMs);
    const waitMs = lingerMs === null ? 0 : Math.max(lingerMs, LEAST_LINGER_MS);
    if (!(await settlesWithin(uploaded, waitMs))) {
      isOver = true;
      options.onLost('the upload was given up: it was not done within LingerTime');
      await upload.abort().catch(() => {});
    }
    isOver = true;
    client.destroy();
  };
  let closed: Promise<void> | null = null;
  return {
    pull: null,
    get ended() {
      return isOver;
    },
    write: (chunks) => bytes.write(chunks),
    acknowledged: () => uploaded,
    close(lingerMs) {
      closed ??= finish(lingerMs);
      return closed;
    },
  };
}
