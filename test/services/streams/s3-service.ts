export interface S3Service {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** A server that understands S3. */
export async function startS3(): Promise<S3Service> {
  const url = new URL('../../../scripts/services/s3.mjs', import.meta.url);
  const { startS3: start } = (await import(url.href)) as { startS3(): Promise<S3Service> };
  return await start();
}
