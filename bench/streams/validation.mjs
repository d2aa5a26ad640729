import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RecordCheck } from '../../dist/schema/record-check.js';
import { typedSchema } from '../../dist/schema/typed-schema.js';
import { runModel } from '../engine-run.mjs';
import { compare, ratio } from '../measure.mjs';
import { Peer } from '../peers.mjs';
import { fileIn, ORDER, orderAt } from './formats.mjs';

const RECORDS = 100_000;
const BATCH = 1000;
const PARSE = 'JSON.parse of each record';
const CHECK = 'the check alone, one schema';

/** What it costs that each record is held against a schema. */
export async function measureValidation({ runs, long, folder }) {
  const records = RECORDS * (long ? 4 : 1);
  const lines = Array.from({ length: records }, (_, index) => `${JSON.stringify(orderAt(index))}\n`);
  const input = join(folder, 'orders.jsonl');
  await writeFile(input, lines.join(''));
  const peer = new Peer('fastavro_validate.py');
  const per = (ms) => (ms / records) * 1000;
  const engine = (schema) => async () => {
    const stream = (path) => ({ ...fileIn(path, 'json, delimited'), Schema: schema });
    const { seconds } = await runModel('echo.py', { input: stream(input), output: stream(join(folder, 'out')) });
    return per(seconds * 1000);
  };
  try {
    const section = await compare({
      title: 'Streams: objects of 6 fields held against a schema',
      unit: 'us per record',
      compared: PARSE,
      runs,
      contestants: {
        [PARSE]: async () => per(timed(() => lines.forEach((line) => void JSON.parse(line)))),
        [CHECK]: async () => per(checkBatches(lines)),
        'fastavro validate': async () => {
          const { seconds } = await peer.ask({ schema: ORDER, input });
          return per(seconds * 1000);
        },
        'engine from file to file, without a schema': engine(null),
        'engine from file to file, both streams with a schema': engine(ORDER),
      },
    });
    const what = 'a record is checked in the time in which it is parsed';
    return { sections: [section], targets: [{ what, figure: ratio(section, CHECK, PARSE), unit: 'x', atMost: 1 }] };
  } finally {
    await peer.close();
  }
}

function checkBatches(lines) {
  const check = new RecordCheck([typedSchema(ORDER).type]);
  const batches = [];
  for (let from = 0; from < lines.length; from += BATCH) {
    const batch = lines.slice(from, from + BATCH);
    batches.push({ form: 'json', count: batch.length, data: Buffer.from(batch.join('')), lengths: null });
  }
  const refuse = (_record, { reason }) => {
    throw new Error(reason);
  };
  return timed(() => {
    for (const batch of batches) check.accept(batch, refuse);
  });
}

function timed(work) {
  const since = performance.now();
  work();
  return performance.now() - since;
}
