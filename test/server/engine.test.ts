import { Readable } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ERROR_MEDIA_TYPE } from '../../src/api/shapes.ts';
import { FastScoreError } from '../../src/core/errors.ts';
import { Measures } from '../../src/engine/measures.ts';
import type { Built } from './build-server.ts';
import { buildServer } from './build-server.ts';
import { FakeEngine } from './fake-engine.ts';

const PYTHON = 'application/vnd.fastscore.model-python3';
const REST = { Transport: 'REST', Encoding: 'json' };

let built: Built;
beforeAll(async () => {
  built = await buildServer();
});
afterEach(() => built.clear());
afterAll(() => built.close());

type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';
async function call(method: Method, url: string, payload?: string | Buffer | object, headers = {}) {
  const reply = await built.app.inject({ method, url, ...(payload === undefined ? {} : { payload }), headers });
  return { status: reply.statusCode, body: reply.body, headers: reply.headers, json: () => reply.json() };
}
const load = (source = 'x = 1', query = 'dry-run=False', headers = {}) =>
  call('PUT', `/1/job/model?${query}`, source, {
    'content-type': PYTHON,
    'content-disposition': 'x-model; name="m"',
    ...headers,
  });

describe('loading a model', () => {
  test('a dry run answers what is known about the model, and loads nothing', async () => {
    const { status, json } = await load('x = 1', 'dry-run=True');
    expect(status).toBe(200);
    expect(json()).toEqual({
      slots: [
        { slot: 0, schema: 'int', recordsets: false, action: 'action' },
        { slot: 1, schema: null, recordsets: false, action: null },
      ],
      install_libs: [],
      warn_libs: [],
      attach_libs: [],
      snapshots: 'eof',
      warnings: ['beware'],
    });
    expect(built.engine.model).toBeNull();
  });

  test('over TCP nobody names the interpreter', async () => {
    const named = encodeURIComponent('{"python":["/bin/sh"]}');
    expect(await load('x = 1', 'dry-run=False', { 'fastscore-interpreters': named })).toMatchObject({ status: 403 });
    expect(built.engine.model).toBeNull();
  });

  test('loads it under the name of its Content-Disposition', async () => {
    expect(await load()).toMatchObject({ status: 204, body: '' });
    expect(built.engine.model).toMatchObject({ name: 'm', mtype: 'python3', source: 'x = 1' });
  });

  test('takes the name up to the last quote, and a default one when there is none', async () => {
    await load('x', '', { 'content-disposition': 'x-model; name="a"b"' });
    expect(built.engine.model?.name).toBe('a"b');
    await load('x', '', { 'content-disposition': '' });
    expect(built.engine.model?.name).toBe('model');
  });

  test.each(['True', 'true', '1', 'TRUE'])('dry-run=%s is a dry run', async (text) => {
    expect((await load('x', `dry-run=${text}`)).status).toBe(200);
  });

  test('dry-run=perhaps is refused', async () => {
    expect((await load('x', 'dry-run=perhaps')).status).toBe(400);
  });

  test.each([
    ['a syntax error', 'syntax error'],
    ['an unknown schema', 'no schema'],
  ])('%s is a 400 in one line', async (_, source) => {
    for (const query of ['dry-run=True', 'dry-run=False']) {
      const { status, body, headers } = await load(source, query);
      expect(status).toBe(400);
      expect(body).toMatch(/^[^\n{<]+$/);
      expect(headers['content-type']).toBe('text/plain; charset=utf-8');
    }
  });

  test('our own clients learn the code and the details', async () => {
    const { status, json } = await load('syntax error', '', { accept: ERROR_MEDIA_TYPE });
    expect(status).toBe(400);
    expect(json()).toMatchObject({ code: 'MODEL_SYNTAX', kind: 'model', details: { line: 1 } });
  });

  test.each(['text/plain', 'application/vnd.fastscore.model-cobol'])('%j is no type of a model', async (type) => {
    expect((await load('x', '', { 'content-type': type })).status).toBe(400);
  });

  test.each(['x/../y', 'x'.repeat(300), '\u0001'])('%j is no name', async (name) => {
    const { status, body } = await load('x', '', { 'content-disposition': `x-model; name="${name}"` });
    expect([status, body]).toEqual([400, expect.stringContaining('is no name')]);
  });

  test('beyond the limit is a 413', async () => {
    const { status } = await call('PUT', '/1/job/model', Buffer.alloc(64 * 1024 * 1024 + 1), {
      'content-type': PYTHON,
    });
    expect(status).toBe(413);
  });

  test('a source in Latin-1 becomes UTF-8', async () => {
    await call('PUT', '/1/job/model', Buffer.from('# \u00e9', 'latin1'), { 'content-type': PYTHON });
    expect(built.engine.model?.source).toBe('# \u00e9');
  });
});

describe('loading a model as multipart', () => {
  const multipart = (...parts: string[][]) =>
    call('PUT', '/1/job/model?dry-run=False', ['', ...parts.map((p) => p.join('\r\n')), '--b--', ''].join('\r\n'), {
      'content-type': 'multipart/mixed; boundary=b',
    });
  const schema = [
    '--b',
    'Content-Disposition: x-schema; name="s"',
    'Content-Type: application/vnd.fastscore.schema-avro',
    '',
    '"int"',
  ];
  const model = ['--b', 'Content-Disposition: x-model; name="m"', `Content-Type: ${PYTHON}`, '', 'x = 1'];

  test('brings schemas along', async () => {
    expect((await multipart(schema, model)).status).toBe(204);
    expect(built.engine.verified).toMatchObject({ name: 'm', mtype: 'python3', schemas: new Map([['s', 'int']]) });
  });

  test('headers may be in any order, and the disposition may be missing', async () => {
    const turned = ['--b', `Content-Type: ${PYTHON}`, 'Content-Disposition: x-model; name="m"', '', 'x = 1'];
    expect((await multipart(turned)).status).toBe(204);
    expect((await multipart(['--b', `Content-Type: ${PYTHON}`, '', 'x = 1'])).status).toBe(204);
    expect(built.engine.model?.name).toBe('model');
  });

  test('many parts of a large body are read in no time', async () => {
    const large = [...model.slice(0, -1), 'x'.repeat(16 * 1024 * 1024)];
    const schemas = Array.from({ length: 900 }, (_, n) => [
      '--b',
      `Content-Disposition: x-schema; name="${n}"`,
      '',
      '1',
    ]);
    expect((await multipart(...schemas, large)).status).toBe(204);
    expect(built.engine.verified?.schemas?.size).toBe(900);
  });

  test('attachments come with it, or are those of the catalog', async () => {
    await built.catalog.models.put('a:m', 'python3', Buffer.from('x = 1'));
    await built.catalog.attachments.put('a:m', 'b.tgz', Buffer.from([0x1f, 0x8b]));
    const inline = [
      '--b',
      'Content-Disposition: attachment; filename="a.zip"',
      'Content-Type: application/zip',
      '',
      'PK',
    ];
    const reference = (parameter: string) => [
      '--b',
      `Content-Type: message/external-body; access-type=x-model-manage; ${parameter}`,
      '',
      'Content-Type: application/gzip',
      '',
      '',
    ];
    const named = ['--b', 'Content-Disposition: x-model; name="a:m"', `Content-Type: ${PYTHON}`, '', 'x = 1'];
    const parts = [inline, reference('ref="urn:fastscore:attachment:a:m:b.tgz"'), reference('name="b.tgz"'), named];
    expect((await multipart(...parts)).status).toBe(204);
    expect(built.engine.verified?.attachments?.map(({ name, format }) => [name, format])).toEqual([
      ['a.zip', 'zip'],
      ['b.tgz', 'tgz'],
      ['b.tgz', 'tgz'],
    ]);
  });

  test.each<[string, string[][]]>([
    [
      'an attachment that is no archive',
      [['--b', 'Content-Disposition: attachment; filename="a.txt"', 'Content-Type: text/plain', '', 'PK'], model],
    ],
    [
      'a reference to an attachment that is not there',
      [
        [
          '--b',
          'Content-Disposition: attachment; filename="a.zip"',
          'Content-Type: message/external-body; access-type=x-model-manage; ref="urn:fastscore:attachment:m:override"',
          '',
          'Content-Type: application/zip',
          'Content-Length: 2',
          '',
          '',
        ],
        model,
      ],
    ],
    ['a schema without a name', [['--b', 'Content-Disposition: x-schema', '', '"int"'], model]],
    ['a schema with a bad name', [['--b', 'Content-Disposition: x-schema; name=".."', '', '"int"'], model]],
    ['a schema that is no JSON', [['--b', 'Content-Disposition: x-schema; name="s"', '', '{'], model]],
    ['no model', [schema]],
  ])('with %s is a 400 in one line', async (_, parts) => {
    const { status, body } = await multipart(...parts);
    expect([status, body]).toEqual([400, expect.stringMatching(/^[^\n{<]+$/)]);
    expect(built.engine.model).toBeNull();
  });
});

describe('the active model', () => {
  test('none is a 404', async () => {
    for (const [method, url] of [
      ['GET', '/2/active/model'],
      ['DELETE', '/2/active/model'],
      ['DELETE', '/1/job/model'],
    ] as const) {
      expect(await call(method, url)).toMatchObject({ status: 404, body: 'No model is loaded' });
    }
  });

  test('has all that 1.10 shows, jets with digits as text', async () => {
    await load();
    await call('POST', '/2/active/model/scale', '2');
    expect((await call('GET', '/2/active/model')).json()).toMatchObject({
      name: 'm',
      mtype: 'python3',
      source: 'x = 1',
      slots: [
        { slot: 0, action: 'action' },
        { slot: 1, action: null },
      ],
      attachments: [],
      snapshots: 'eof',
      jets: [
        { pid: 1000, sandbox: '0' },
        { pid: 1001, sandbox: '1' },
      ],
    });
  });

  test.each(['/2/active/model', '/1/job/model'])('is unloaded by DELETE %s', async (url) => {
    await load();
    expect((await call('DELETE', url)).status).toBe(204);
    expect(built.engine.model).toBeNull();
  });

  test('that cannot be unloaded now is a 400', async () => {
    built.engine.unload = async () => {
      throw new FastScoreError('WRONG_STATE', 'Not now');
    };
    expect(await call('DELETE', '/2/active/model')).toMatchObject({ status: 400, body: 'Not now' });
  });
});

describe('scaling', () => {
  test.each([
    ['3', 3],
    ['0', 0],
    ['', 0],
    [' 2 ', 2],
  ])('a body of %j means %i jets', async (body, jets) => {
    built.engine.jets = 7;
    expect((await call('POST', '/2/active/model/scale', body, { 'content-type': 'application/json' })).status).toBe(
      204,
    );
    expect(built.engine.jets).toBe(jets);
  });

  test.each(['-1', '1.5', '5000', '"2"', '[1]', '{', 'null x', 'true'])('a body of %j is a 400', async (body) => {
    expect((await call('POST', '/2/active/model/scale', body)).status).toBe(400);
  });

  test('by query in version 1, where all that is wrong is a 403', async () => {
    expect((await call('POST', '/1/job/scale?n=4')).status).toBe(204);
    expect(built.engine.jets).toBe(4);
    for (const query of ['', '?n=', '?n=x', '?n=-1', '?n=5000'])
      expect((await call('POST', `/1/job/scale${query}`)).status, query).toBe(403);
  });
});

describe('streams', () => {
  const named = { 'content-disposition': 'x-stream; name="s"', 'content-type': 'application/json' };

  test('a dry run answers the internal form, and attaches nothing', async () => {
    const { status, json } = await call('PUT', '/2/active/stream/1?dry-run=True', REST, named);
    expect(status).toBe(200);
    expect(json()).toMatchObject({ transport: { type: 'fake' } });
    expect(built.engine.streams.size).toBe(0);
  });

  test('are attached, listed with slots as numbers, and detached', async () => {
    expect((await call('GET', '/2/active/stream')).json()).toEqual([]);
    expect((await call('PUT', '/2/active/stream/0?dry-run=False', REST, named)).status).toBe(204);
    expect((await call('PUT', '/2/active/stream/1', REST)).status).toBe(204);
    expect((await call('GET', '/2/active/stream')).json()).toEqual([
      { slot: 0, name: 's', descriptor: REST, eof: false },
      { slot: 1, name: 'stream-1', descriptor: REST, eof: false },
    ]);
    expect((await call('DELETE', '/2/active/stream/0')).status).toBe(204);
    expect((await call('DELETE', '/2/active/stream/0')).status).toBe(404);
  });

  test.each([
    ['in', 0],
    ['out', 1],
    ['4', 4],
  ])('PUT /1/job/stream/%s attaches to slot %i', async (part, slot) => {
    expect((await call('PUT', `/1/job/stream/${part}`, REST)).status).toBe(204);
    expect([...built.engine.streams.keys()]).toEqual([slot]);
  });

  test.each(['-1', '65536', 'x', '1.5', '%20', '1e3'])('%s is no slot', async (slot) => {
    for (const [method, url] of [
      ['PUT', `/2/active/stream/${slot}`],
      ['DELETE', `/2/active/stream/${slot}`],
      ['PUT', `/1/job/stream/${slot}`],
      ['POST', `/1/job/input/${slot}`],
      ['GET', `/1/job/output/${slot}`],
      ['POST', `/2/active/model/roundtrip/${slot}/1`],
      ['POST', `/2/active/model/roundtrip/0/${slot}`],
    ] as const) {
      expect((await call(method, url, method === 'GET' ? undefined : '{}')).status, url).toBe(400);
    }
  });

  test.each(['', '{', '1', '{"__proto__": 1}'])('a descriptor such as %j is a 400', async (body) => {
    expect((await call('PUT', '/2/active/stream/0', body)).status).toBe(400);
    expect((await call('PUT', '/1/job/stream/in', body)).status).toBe(400);
  });

  test.each(['a/../b', 'x'.repeat(300)])('%j is no name', async (name) => {
    const headers = { 'content-disposition': `x-stream; name="${name}"` };
    expect((await call('PUT', '/2/active/stream/0', REST, headers)).status).toBe(400);
  });

  test.each(['SCHEMA_NOT_FOUND', 'FILE_NOT_FOUND', 'STREAM_FAILED', 'BAD_DESCRIPTOR', 'WRONG_STATE'] as const)(
    'what fails with %s is a 400',
    async (code) => {
      built.engine.attach = async () => {
        throw new FastScoreError(code, 'No');
      };
      expect((await call('PUT', '/2/active/stream/0', REST)).status).toBe(400);
    },
  );
});

describe('the state of the engine', () => {
  test('is in lower case, and follows pause, unpause and reset', async () => {
    const state = async () => (await call('GET', '/2/engine/state')).json();
    expect(await state()).toEqual({ state: 'init' });
    const json = { 'content-type': 'application/json', 'content-length': '0' };
    for (const [operation, expected] of [
      ['pause', 'paused'],
      ['unpause', 'running'],
      ['reset', 'init'],
    ]) {
      expect((await call('POST', `/2/engine/${operation}`, undefined, json)).status).toBe(204);
      expect(await state()).toEqual({ state: expected });
    }
  });

  test('what the state forbids is a 400', async () => {
    expect(await call('POST', '/2/engine/unpause')).toMatchObject({ status: 400, body: 'The engine is not paused' });
  });

  test('DELETE /1/job resets', async () => {
    await load();
    expect((await call('DELETE', '/1/job')).status).toBe(204);
    expect(built.engine.model).toBeNull();
  });

  test('can be waited for: the answer comes when it changes', async () => {
    const waiting = call('GET', '/2/engine/state?while=init&wait=20');
    await expect.poll(() => built.engine.waitingCount).toBe(1);
    built.engine.become('running');
    expect((await waiting).json()).toEqual({ state: 'running' });
  });

  test('a wait for what is not so answers at once, one without while waits for any change', async () => {
    expect((await call('GET', '/2/engine/state?while=running&wait=20')).json()).toEqual({ state: 'init' });
    expect((await call('GET', '/2/engine/state?wait=0.01')).json()).toEqual({ state: 'init' });
  });

  test.each(['wait=x', 'wait=-1', 'wait=61', 'while=dancing&wait=1', 'wait=1&wait=2'])('%s is a 400', async (query) => {
    expect((await call('GET', `/2/engine/state?${query}`)).status).toBe(400);
  });
});

describe('the status of the job', () => {
  test('of an empty engine has no null where 1.10 has lists', async () => {
    expect((await call('GET', '/1/job/status')).json()).toEqual({
      state: 'init',
      model: null,
      snapshots: null,
      slots: [],
      jets: [],
      jet_totals: [],
      scale: 0,
      failure: null,
      loans: { recalls: 0, waited_ms: 0, conflicts: 0 },
      waits: [],
      snapshot_counts: {
        taken: 0,
        failed: 0,
        pause_ms: 0,
        last_pause_ms: 0,
        longest_pause_ms: 0,
        write_ms: 0,
        last_write_ms: 0,
      },
      last_snapshot: null,
    });
  });

  test('shows slots, jets, rejects, the failure and the last snapshot', async () => {
    await load();
    await call('PUT', '/1/job/stream/in', REST);
    const input = { slot: 0, seqno: 3, data: ['1'], batchLength: 2, encoding: 'json' };
    built.engine.override = {
      slots: [
        {
          slot: 0,
          records: 5,
          bytes: 10,
          rejectedBySchema: 1,
          rejectedByEncoding: 2,
          rejects: [{ by: 'schema', slot: 0, seqno: 4, text: '"x"', reason: 'Int expected' }],
          eof: false,
        },
      ],
      jets: [
        {
          number: 1,
          pid: 42,
          sandbox: '1',
          state: 'busy',
          records: 5,
          bytes: 10,
          outputRecords: 4,
          outputBytes: 8,
          restarts: 1,
          busyMs: 12.3,
          waitedMs: 4,
          work: { doing: 'batch', records: { slot: 0, seqno: 4, count: 2 }, ms: 6000.4 },
        },
      ],
      jetTotals: [
        {
          number: 1,
          records: 7,
          bytes: 14,
          outputRecords: 6,
          outputBytes: 12,
          restarts: 1,
          busyMs: 20.4,
          waitedMs: 4,
        },
      ],
      loans: { recalls: 3, waitedMs: 1.6, conflicts: 2 },
      waits: [
        { for: 'snapshot', key: null, waiting: [], on: [1], ms: 5100.2, limitMs: 60_000 },
        { for: 'key', key: { kind: 'pool', pool: 'p' }, waiting: [2, 3], on: [1], ms: 4000, limitMs: null },
      ],
      snapshots: { ...new Measures().snapshots, taken: 1, pauseMs: 0.123, lastPauseMs: 0.123, longestPauseMs: 0.123 },
      failure: { code: 'MODEL_FAILED', message: 'bad', traceback: 'Traceback', input },
      lastSnapshot: { id: 'abcd1234', error: null, trigger: 'eof' },
    };
    expect((await call('GET', '/1/job/status')).json()).toMatchObject({
      model: { name: 'm', type: 'python3', source: 'x = 1', attachments: [] },
      snapshots: 'eof',
      slots: [
        {
          slot: 0,
          schema: 'int',
          action: 'action',
          stream: { name: 'stream-0', descriptor: REST, eof: false },
          records: 5,
          bytes: 10,
          rejected_by_schema: 1,
          rejected_by_encoding: 2,
          rejects: [{ by: 'schema', seqno: 4, text: '"x"', reason: 'Int expected' }],
        },
        { slot: 1, stream: null, records: 0, rejects: [] },
      ],
      jets: [
        {
          pid: 42,
          sandbox: '1',
          busy: true,
          number: 1,
          state: 'busy',
          records: 5,
          bytes: 10,
          output_records: 4,
          output_bytes: 8,
          restarts: 1,
          busy_ms: 12,
          waited_ms: 4,
          work: { doing: 'batch', records: { slot: 0, seqno: 4, count: 2 }, ms: 6000 },
        },
      ],
      jet_totals: [{ number: 1, records: 7, output_records: 6, restarts: 1, busy_ms: 20, waited_ms: 4 }],
      loans: { recalls: 3, waited_ms: 2, conflicts: 2 },
      waits: [
        { for: 'snapshot', key: null, waiting: [], on: [1], ms: 5100, limit_ms: 60_000 },
        {
          for: 'key',
          key: { kind: 'pool', name: 'p', item: null },
          waiting: [2, 3],
          on: [1],
          ms: 4000,
          limit_ms: null,
        },
      ],
      snapshot_counts: { taken: 1, pause_ms: 0.12, longest_pause_ms: 0.12 },
      failure: { code: 'MODEL_FAILED', traceback: 'Traceback', input: { seqno: 3, batch_len: 2 } },
      last_snapshot: { id: 'abcd1234', error: null, trigger: 'eof' },
    });
  });

  test('return chooses parts', async () => {
    expect((await call('GET', '/1/job/status?return=state,jets')).json()).toEqual({ state: 'init', jets: [] });
    expect(await call('GET', '/1/job/status?return=colour')).toMatchObject({
      status: 400,
      body: expect.stringMatching(/colour/),
    });
  });
});

describe('taking a snapshot', () => {
  test('answers what was taken', async () => {
    await load();
    const { status, json } = await call('POST', '/2/active/snapshot', { misc: 'note' });
    expect([status, json()]).toEqual([
      201,
      { id: 'abcd1234', model: 'm', created_on: '2026-03-01T08:30:00Z', type: 'request/note', size: 42 },
    ]);
    expect((await call('POST', '/2/active/snapshot')).json()).toMatchObject({ type: 'request/' });
  });

  test('without a model is a 404, with something else than text for misc a 400', async () => {
    expect((await call('POST', '/2/active/snapshot')).status).toBe(404);
    await load();
    for (const body of ['{"misc": 1}', '{'])
      expect((await call('POST', '/2/active/snapshot', body)).status, body).toBe(400);
  });
});

describe('a fleet with two engines', () => {
  test('each answers for itself, and the first one when nobody is named', async () => {
    const [one, two] = [new FakeEngine('engine-1'), new FakeEngine('my engine')];
    const pair = await buildServer({ fleet: { engines: [one, two], modelManage: 'mm' } });
    two.become('running');
    const stateAt = async (url: string) => (await pair.app.inject({ url: `${url}/2/engine/state` })).json();
    expect(await stateAt('/api/1/service/my%20engine')).toEqual({ state: 'running' });
    expect(await stateAt('')).toEqual({ state: 'init' });
    expect((await pair.app.inject({ url: '/api/1/service/mm/1/model' })).json()).toEqual([]);
    await pair.close();
  });

  test('names must differ', async () => {
    const engines = [new FakeEngine('connect')];
    await expect(buildServer({ fleet: { engines } })).rejects.toMatchObject({ code: 'BAD_NAME' });
  });

  test('without an engine none is found', async () => {
    const none = await buildServer({ fleet: { engines: [] } });
    expect((await none.app.inject({ url: '/2/engine/state' })).statusCode).toBe(404);
    await none.close();
  });
});

test('a body for a stream of bytes may come without a length', async () => {
  await call('PUT', '/1/job/stream/in', REST);
  const reply = await built.app.inject({ method: 'POST', url: '/1/job/input', payload: Readable.from(['1']) });
  expect(reply.statusCode).toBe(204);
});
