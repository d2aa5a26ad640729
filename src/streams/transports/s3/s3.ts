import { shownSecret } from '../../../util/secrets-in-text.ts';
import type { TransportType } from '../transport.ts';
import { parseS3Place } from './s3-place.ts';

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
    const place = parseS3Place(fields);
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
        ...(secretAccessKey === null ? {} : { secret_access_key: shownSecret(secretAccessKey) }),
        ...(endpoint === null ? {} : { endpoint }),
      }),
    };
  },
};
