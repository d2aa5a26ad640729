import autocannon from 'autocannon';
import { Client } from 'undici';
import { compareFigures, Missing, quantile, ratio } from './measure.mjs';
import { startFastApi, startFastscore, startMlServer, startPipe } from './servers.mjs';

const REQUESTS = 3000;
const CONNECTIONS = [1, 16, 64];

const FASTSCORE = 'fastscore, round trip';
const PIPE = 'Fastify + a pipe to Python';
const SERVERS = {
  [FASTSCORE]: startFastscore,
  [PIPE]: startPipe,
  'FastAPI, uvicorn': startFastApi,
  MLServer: startMlServer,
};

export async function measure({ runs, long }) {
  const servers = new Map();
  for (const [name, start] of Object.entries(SERVERS)) servers.set(name, await start().catch(asMissing));
  const requests = REQUESTS * (long ? 4 : 1);
  try {
    const sections = [];
    for (const connections of CONNECTIONS)
      sections.push(...(await compareAt(connections, { runs, requests, servers })));
    return { sections, targets: targets(sections) };
  } finally {
    await Promise.all([...servers.values()].map((server) => server.close?.()));
  }
}

function asMissing(error) {
  if (error instanceof Missing) return { missing: error.message };
  throw error;
}

function compareAt(connections, { runs, requests, servers }) {
  const rows = [...servers].map(([name, server]) => [name, () => load(server, { connections, requests })]);
  if (connections === 1)
    rows.push(['fastscore, POST then GET', () => inputThenOutput(servers.get(FASTSCORE), requests)]);
  const title = (figure) => `Latency: one record per request, ${connections} connections, ${figure}`;
  return compareFigures({
    titles: { p50: title('p50'), p99: title('p99') },
    unit: 'ms',
    compared: FASTSCORE,
    runs,
    contestants: Object.fromEntries(rows),
  });
}

/** Half of the requests warm the server up. */
async function load(server, { connections, requests }) {
  if (server.missing !== undefined) throw new Missing(server.missing);
  const times = [];
  const instance = autocannon({
    url: `http://127.0.0.1:${server.port}`,
    connections,
    amount: requests,
    requests: [server.request],
  });
  let refused = 0;
  instance.on('response', (_client, status, _bytes, ms) => {
    if (status !== 200) refused += 1;
    times.push(ms);
  });
  await instance;
  if (refused > 0) throw new Error(`${refused} requests were refused`);
  return percentiles(times.slice(requests / 2));
}

async function inputThenOutput({ port }, requests) {
  const client = new Client(`http://127.0.0.1:${port}`);
  const times = [];
  for (let i = 0; i < requests; i += 1) {
    const since = performance.now();
    const input = await client.request({
      method: 'POST',
      path: '/1/job/input/0',
      headers: { 'content-type': 'application/octet-stream' },
      body: '1',
    });
    await input.body.dump();
    const output = await client.request({ method: 'GET', path: '/1/job/output/1' });
    if (output.statusCode !== 200) throw new Error(`status ${output.statusCode}`);
    await output.body.dump();
    times.push(performance.now() - since);
  }
  await client.close();
  return percentiles(times.slice(requests / 2));
}

function percentiles(times) {
  const sorted = times.toSorted((a, b) => a - b);
  return { p50: quantile(sorted, 0.5), p99: quantile(sorted, 0.99) };
}

/** @param sections p50 and p99 for each number of connections */
function targets([p50, , at16, , at64]) {
  const beside = (name, section = p50) => ratio(section, name, FASTSCORE);
  return [
    {
      what: 'REST round trip, p50, 1 connection, time of Fastify + a pipe to Python',
      figure: ratio(p50, FASTSCORE, PIPE),
      unit: 'x',
      atMost: 1.5,
    },
    { what: 'the same beside FastAPI', figure: beside('FastAPI, uvicorn'), unit: 'x', atLeast: 1 },
    { what: 'the same beside MLServer', figure: beside('MLServer'), unit: 'x', atLeast: 1 },
    { what: '16 connections, beside FastAPI', figure: beside('FastAPI, uvicorn', at16), unit: 'x', atLeast: 1 },
    { what: '64 connections, beside FastAPI', figure: beside('FastAPI, uvicorn', at64), unit: 'x', atLeast: 1 },
  ];
}
