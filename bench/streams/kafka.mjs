import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createDeferred } from '../../dist/util/deferred.js';
import { startKafka } from '../../scripts/services/kafka.mjs';
import { withModel } from '../engine-run.mjs';
import { compare, compareFigures, Missing, quantile, ratio } from '../measure.mjs';
import { PYTHON } from '../peers.mjs';
import { startLoop } from './kafka-loop.mjs';
import { KafkaTopics } from './kafka-topics.mjs';

const RECORDS = 200_000;
const LATENCY_RECORDS = 1000;
const LATENCY_PER_SECOND = 200;
const LONGEST_MS = 60_000;
const LOOP = 'bare loop, same client';
const FASTSCORE = 'fastscore, Python, 1';
const QUIX = 'Quix Streams';
const BYTEWAX = 'Bytewax';

/** From topic to topic on a broker of our own; all contestants acknowledge and read what the others do. */
export async function measureKafka({ runs, long }) {
  const broker = await startKafka().catch((error) => ({ missing: error.message }));
  if (broker.missing !== undefined)
    return { sections: [missingSection(broker.missing)], targets: targets({ rows: {} }, { rows: {} }) };
  const topics = new KafkaTopics(broker.bootstrap);
  try {
    const rates = await measureRates(topics, { runs, records: RECORDS * (long ? 4 : 1) });
    const times = await measureTimes(topics, runs);
    return { sections: [rates, ...times], targets: targets(rates, times[1]) };
  } finally {
    await topics.close();
    await broker.stop();
  }
}

async function measureRates(topics, { runs, records }) {
  const input = await topics.create();
  await topics.fill(input, records);
  const contestant = (start) => async () => {
    const output = await topics.create();
    const running = await start(topics.bootstrap, { model: 'sum', input, output });
    try {
      return await topics.rateUntil(output, records, { longestMs: LONGEST_MS, failed: running.failed });
    } finally {
      await running.stop();
    }
  };
  return compare({
    title: 'Streams: integers from a Kafka topic to another, added up',
    unit: 'records/s',
    compared: LOOP,
    runs,
    contestants: mapValues(contestants(), contestant),
  });
}

/** A record at a time, far below what anybody can do: how long it is under way. */
function measureTimes(topics, runs) {
  const contestant = (start) => async () => {
    const [input, output] = [await topics.create(), await topics.create()];
    const running = await start(topics.bootstrap, { model: 'echo', input, output });
    try {
      const times = await topics.times(input, output, {
        records: LATENCY_RECORDS,
        perSecond: LATENCY_PER_SECOND,
        longestMs: LONGEST_MS,
        failed: running.failed,
      });
      const sorted = times.toSorted((a, b) => a - b);
      return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
    } finally {
      await running.stop();
    }
  };
  const title = (figure) => `Streams: from a Kafka topic to another, ${LATENCY_PER_SECOND} records/s, ${figure}`;
  return compareFigures({
    titles: { p50: title('p50'), p99: title('p99') },
    unit: 'ms',
    compared: LOOP,
    runs,
    contestants: mapValues(contestants(), contestant),
  });
}

const contestants = () => ({
  [LOOP]: startLoop,
  [FASTSCORE]: startEngine,
  [QUIX]: (...args) => startPeer('kafka_quix.py', ...args),
  [BYTEWAX]: (...args) => startPeer('kafka_bytewax.py', ...args),
});

const mapValues = (object, map) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, map(value)]));

async function startEngine(bootstrap, { model, input, output }) {
  const stream = (topic) => ({ Transport: { Type: 'Kafka', BootstrapServers: [bootstrap], Topic: topic } });
  const streams = { input: { ...stream(input), SkipToRecord: 'earliest' }, output: stream(output) };
  const [started, stopped] = [createDeferred(), createDeferred()];
  const over = withModel(`${model}.py`, streams, async ({ engine }) => {
    started.resolve();
    await stopped.promise;
    if (engine.state === 'error') throw new Error(engine.status().failure.message);
  });
  over.catch(started.reject);
  await started.promise;
  const stop = () => {
    stopped.resolve();
    return over;
  };
  return { failed: new Promise(() => {}), stop };
}

/** A script that goes from topic to topic until it is ended. */
async function startPeer(script, bootstrap, { model, input, output }) {
  if (!existsSync(PYTHON)) throw new Missing('not installed (npm run bench:setup)');
  const path = fileURLToPath(new URL(`../peers/${script}`, import.meta.url));
  const child = spawn(PYTHON, [path, bootstrap, model, input, output, randomUUID()], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  const ended = once(child, 'close');
  let isStopped = false;
  const failed = ended.then(([status]) => {
    if (!isStopped && status !== 0) throw new Missing(said.trim().split('\n').at(-1));
    return new Promise(() => {});
  });
  failed.catch(() => {});
  const stop = async () => {
    isStopped = true;
    child.kill('SIGKILL');
    await ended;
  };
  return { failed, stop };
}

function missingSection(reason) {
  const title = 'Streams: integers from a Kafka topic to another, added up';
  return { title, unit: 'records/s', compared: null, rows: { 'a Kafka broker': { missing: reason } } };
}

function targets(rates, p99) {
  return [
    {
      what: 'Kafka to Kafka, cell model in Python, beside the bare loop',
      figure: ratio(rates, FASTSCORE, LOOP),
      unit: 'x',
      atLeast: 0.6,
    },
    { what: 'the same beside Quix Streams', figure: ratio(rates, FASTSCORE, QUIX), unit: 'x', atLeast: 1 },
    { what: 'the same beside Bytewax', figure: ratio(rates, FASTSCORE, BYTEWAX), unit: 'x', atLeast: 1 },
    { what: 'Kafka to Kafka, p99 beside Quix Streams', figure: ratio(p99, FASTSCORE, QUIX), unit: 'x', atMost: 1 },
    { what: 'the same beside Bytewax', figure: ratio(p99, FASTSCORE, BYTEWAX), unit: 'x', atMost: 1 },
  ];
}
