import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runModel } from '../engine-run.mjs';
import { compare, ratio } from '../measure.mjs';
import { Peer } from '../peers.mjs';
import { convert } from './convert.mjs';
import { FORMATS, fileIn, orderAt } from './formats.mjs';

const RECORDS = 100_000;

/** From file to file through a model that gives back what it gets, for each encoding. */
export async function measureFiles({ runs, long, folder }) {
  const records = RECORDS * (long ? 4 : 1);
  const files = await writeFiles(folder, records);
  const peer = new Peer('formats.py');
  const output = join(folder, 'out');
  const formats = Object.keys(FORMATS);
  const engine = (format) => async () => {
    const streams = { input: fileIn(files[format], format), output: fileIn(output, format) };
    return rate(records, await runModel('echo.py', streams));
  };
  const streamsAlone = (format) => async () => {
    const since = performance.now();
    await convert(fileIn(files[format], format), fileIn(output, format));
    return rate(records, { seconds: (performance.now() - since) / 1000 });
  };
  const loop = (format) => async () => rate(records, await peer.ask({ format, input: files[format], output }));
  try {
    const section = await compare({
      title: 'Streams: objects of 6 fields from file to file',
      unit: 'records/s',
      runs,
      contestants: Object.fromEntries(
        formats.flatMap((format) => [
          [`${format}: engine and Python model`, engine(format)],
          [`${format}: streams without a model`, streamsAlone(format)],
          [`${format}: Python loop`, loop(format)],
        ]),
      ),
    });
    return {
      sections: [section],
      targets: formats.filter((format) => format !== 'json, delimited').map((format) => target(section, format)),
    };
  } finally {
    await peer.close();
  }
}

const rate = (records, { seconds }) => records / seconds;

/** The same records in all forms. */
async function writeFiles(folder, records) {
  const files = {};
  const lines = Array.from({ length: records }, (_, index) => `${JSON.stringify(orderAt(index))}\n`);
  for (const [index, format] of Object.keys(FORMATS).entries()) {
    files[format] = join(folder, `in-${index}`);
    const isLines = FORMATS[format].Envelope === 'delimited' && FORMATS[format].Encoding !== 'csv';
    if (isLines) await writeFile(files[format], lines.join(''));
    else await convert(fileIn(files['json, delimited'], 'json, delimited'), fileIn(files[format], format));
  }
  return files;
}

/** The choice of an encoding belongs to whoever has the data: none may make a model much slower. */
function target(section, format) {
  const [engine, json] = [format, 'json, delimited'].map((name) => `${name}: engine and Python model`);
  return {
    what: `${format}, engine and model beside json`,
    figure: ratio(section, engine, json),
    unit: 'x',
    atLeast: 0.5,
  };
}
