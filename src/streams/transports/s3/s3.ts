import { FastScoreError } from '../../../core/errors.ts';
import { MASK } from '../../../util/masked.ts';
import type { Fields } from '../../fields.ts';
import { shownSecret } from '../../secrets.ts';
import type { TransportType } from '../transport.ts';

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

/** An object in a bucket: read from a byte on, or written in parts and there when the stream is closed. */
export const s3Type: TransportType = {
  name: 'S3',
  fields: [
    'Region',
    'Bucket',
    'ObjectKey',
    'IntegrityChecks',
    'AccessKeyID',
    'SecretAccessKey',
    'AssumeRoleWithSAML',
    'Endpoint',
  ],
  parse(fields) {
    const place = parsePlace(fields);
    const { region, bucket, key, integrityChecks, accessKeyId, secretAccessKey, endpoint } = place;
    return {
      type: 'S3',
      label: `s3 '${bucket}/${key}'`,
      boundaries: false,
      ignoresEnvelope: false,
      seek: 'bytes',
      openInput: async (options) => (await import('./s3-input.ts')).openS3Input(place, options),
      openOutput: async (options) => (await import('./s3-output.ts')).openS3Output(place, options),
      internal: () => ({
        region,
        bucket,
        object_key: key,
        integrity_checks: integrityChecks,
        ...(accessKeyId === null ? {} : { access_key_id: shownSecret(accessKeyId) }),
        ...(secretAccessKey === null ? {} : { secret_access_key: MASK }),
        ...(endpoint === null ? {} : { endpoint }),
      }),
    };
  },
};

const LONGEST_KEY = 1024;

function parsePlace(fields: Fields): S3Place {
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
