/**
 * Named assets in a directory of plain files that can be committed, copied and mounted:
 *
 *     models/gain.py3             suffix by type: .py Python 2, .py3, .R, ...
 *     schemas/amps.json           JSON text as it was given; streams/ and sensors/ likewise
 *     attachments/gain/lib.zip    by model
 *     snapshots/gain/...          kept by the snapshot repository, also when the model is removed
 *
 * File names are names with all but letters, digits, `_`, `-` and inner dots as %XX. Files put there by hand count
 * as soon as they are there; what is not named like an asset is left alone. Every write is whole or has not happened.
 */
import { join } from 'node:path';
import { Attachments } from './attachments.ts';
import { Documents } from './documents.ts';
import { Models } from './models.ts';

/** Models, attachments, schemas, streams, sensors and snapshots by name: plain files in one directory. */
export class Catalog {
  readonly directory: string;
  readonly models: Models;
  readonly attachments: Attachments;
  readonly schemas: Documents;
  readonly streams: Documents;
  readonly sensors: Documents;
  /** For the snapshot repository. */
  readonly snapshotsDirectory: string;

  constructor(directory: string) {
    this.directory = directory;
    this.models = new Models(join(directory, 'models'), (model) => this.attachments.removeAll(model));
    this.attachments = new Attachments(join(directory, 'attachments'), (model) => this.models.info(model));
    this.schemas = new Documents(join(directory, 'schemas'), { noun: 'schema', missing: 'SCHEMA_NOT_FOUND' });
    this.streams = new Documents(join(directory, 'streams'), { noun: 'stream', missing: 'STREAM_NOT_FOUND' });
    this.sensors = new Documents(join(directory, 'sensors'), { noun: 'sensor', missing: 'SENSOR_NOT_FOUND' });
    this.snapshotsDirectory = join(directory, 'snapshots');
  }
}
