import { FastScoreError } from '../../../core/errors.ts';
import type { Fields } from '../../fields.ts';

/** Where an object lies, and who asks for it. */
export interface S3Place {
  readonly region: string;
  readonly bucket: string;
  readonly key: string;
  readonly integrityChecks: boolean;
  /** null: as the environment says, or nobody. */
  readonly accessKeyId: string | null;
  readonly secretAccessKey: string | null;
  /** Another server than that of AWS, an extension. */
  readonly endpoint: string | null;
}

const LONGEST_KEY = 1024;

/** @throws FastScoreError BAD_DESCRIPTOR */
export function parseS3Place(fields: Fields): S3Place {
  const bucket = fields.required('Bucket', fields.string('Bucket'));
  if (bucket.length < 3 || bucket.length > 63) throw bad('Bucket must be 3-63 characters');
  const key = fields.required('ObjectKey', fields.string('ObjectKey'));
  if (key === '') throw bad('ObjectKey must not be empty');
  if (key.length > LONGEST_KEY) throw bad('ObjectKey too long');
  const integrityChecks = fields.raw('IntegrityChecks') ?? false;
  if (typeof integrityChecks !== 'boolean') throw bad(`'IntegrityChecks' must be a boolean`);
  if ((fields.raw('AssumeRoleWithSAML') ?? null) !== null) {
    throw bad(`'AssumeRoleWithSAML' is not supported by this release`, 'Use AccessKeyID and SecretAccessKey');
  }
  const accessKeyId = fields.string('AccessKeyID') ?? null;
  const secretAccessKey = fields.string('SecretAccessKey') ?? null;
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    throw bad('AccessKeyID and SecretAccessKey go together');
  }
  const endpoint = fields.string('Endpoint') ?? null;
  if (endpoint !== null && !/^https?:\/\/[^/@]+\/?$/.test(endpoint)) {
    throw bad(`'Endpoint' must be the address of a server, such as https://s3.example.com`);
  }
  const region = fields.string('Region') ?? 'us-east-1';
  return { region, bucket, key, integrityChecks, accessKeyId, secretAccessKey, endpoint };
}

function bad(message: string, hint?: string): FastScoreError {
  return new FastScoreError('BAD_DESCRIPTOR', message, hint === undefined ? {} : { hint });
}
