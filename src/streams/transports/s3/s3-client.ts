import type { S3Client } from '@aws-sdk/client-s3';
import { FastScoreError } from '../../../core/errors.ts';
import { resolveSecret } from '../../secrets.ts';
import type { OpenTransportOptions } from '../transport.ts';
import type { S3Place } from './s3-place.ts';

/** Secrets are read here. */
export async function createClient(
  place: S3Place,
  { dataRoot }: Pick<OpenTransportOptions, 'dataRoot'>,
): Promise<S3Client> {
  // What the SDK will ask of Node some day is no news for people who run a model.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  const { S3Client: Client } = await import('@aws-sdk/client-s3');
  const { region, integrityChecks, accessKeyId, secretAccessKey, endpoint } = place;
  const checks = integrityChecks ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED';
  return new Client({
    region,
    requestChecksumCalculation: checks,
    responseChecksumValidation: checks,
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(accessKeyId === null || secretAccessKey === null
      ? {}
      : {
          credentials: {
            accessKeyId: await resolveSecret(accessKeyId, dataRoot),
            secretAccessKey: await resolveSecret(secretAccessKey, dataRoot),
          },
        }),
  });
}

/** What a server that does not want to says, in its own words: then trying again does not help. */
export function toS3Error(error: unknown): unknown {
  const { name, message, $metadata } = error as {
    name: string;
    message: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 500;
  if (status >= 500 || status === 429) return error;
  const text = message === '' || message === 'UnknownError' ? name : `${name}: ${message}`;
  return new FastScoreError('STREAM_FAILED', text, { cause: error });
}
