import { expect } from 'vitest';
import { zipOf } from '../../../services/clients/support/zip.ts';
import { GAIN, modelNamed, PYTHON3, REST, typed } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

const JOB = 'engine-1/1/job/model';
const WEIGHED = "W = int(open('weights.txt').read())\n\ndef action(x):\n    yield W * x\n";
const TYPED = `# fastscore.schema.0: amps\n${GAIN}`;
const ZIP = zipOf({ 'weights.txt': '5\n' });

/** Framed as the SDK does it: CRLF before the first delimiter, disposition before type, CRLF at the end. */
function multipart(...parts: readonly (readonly [headers: readonly string[], body: string | Buffer])[]) {
  const boundary = '0123456789abcdef01234567';
  const chunks = parts.flatMap(([headers, body]) => [
    Buffer.from(`\r\n--${boundary}\r\n${headers.join('\r\n')}\r\n\r\n`),
    Buffer.from(body),
  ]);
  const body = Buffer.concat([...chunks, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  return typed(`multipart/mixed; boundary=${boundary}`, body);
}

const model = (source: string, name = 'm') =>
  [[`Content-Disposition: x-model; name="${name}"`, `Content-Type: ${PYTHON3}`], source] as const;
const schema = [
  ['Content-Disposition: x-schema; name="amps"', 'Content-Type: application/vnd.fastscore.schema-avro'],
  '"int"',
] as const;
const inline = [['Content-Disposition: attachment; filename="w.zip"', 'Content-Type: application/zip'], ZIP] as const;
const external = (parameter: string) =>
  [
    [
      'Content-Disposition: attachment; filename="w.zip"',
      `Content-Type: message/external-body; access-type=x-model-manage; ${parameter}`,
    ],
    `Content-Type: application/zip\r\nContent-Length: ${ZIP.length}\r\n\r\n`,
  ] as const;

export const engineLoad: Part = {
  title: 'Loading a model',
  rows: [
    row('PUT /1/job/model?dry-run=True: 200 VerifyInfo', async ({ answers, call }) => {
      const reply = await answers(200, 'PUT', `${JOB}?dry-run=True`, modelNamed('m', GAIN));
      expect(reply.json()).toMatchObject({
        slots: [
          { slot: 0, schema: null, recordsets: false, action: 'action' },
          { slot: 1, schema: null, recordsets: false },
        ],
        ...{ install_libs: [], warn_libs: [], attach_libs: [], snapshots: 'none' },
      });
      expect((await call('GET', 'engine-1/2/active/model')).status).toBe(404);
    }),
    row('PUT /1/job/model?dry-run=False (G9): 204', async ({ answers, get }) => {
      await answers(204, 'PUT', `${JOB}?dry-run=False`, modelNamed('m', GAIN));
      expect(await get('engine-1/2/active/model')).toMatchObject({ name: 'm' });
    }),
    row('PUT /1/job/model: 400 in a line', async ({ refuses }) => {
      for (const dryRun of ['True', 'False']) {
        await refuses(400, 'PUT', `${JOB}?dry-run=${dryRun}`, modelNamed('m', 'def action(x:\n'));
        const text = (await refuses(400, 'PUT', `${JOB}?dry-run=${dryRun}`, modelNamed('m', TYPED))).text;
        expect(text).toContain("schema 'amps' not found");
      }
      await refuses(400, 'PUT', JOB, modelNamed('m', GAIN, 'application/x-cobol'));
    }),
    row('a name with quotes in it is read up to the last one (G34)', async ({ answers, get }) => {
      await answers(204, 'PUT', JOB, modelNamed('a "b"', GAIN));
      expect(await get('engine-1/2/active/model')).toMatchObject({ name: 'a "b"' });
    }),
    row('no name at all: there is one', async ({ answers, get }) => {
      await answers(204, 'PUT', JOB, typed(PYTHON3, GAIN));
      expect(await get('engine-1/2/active/model')).toMatchObject({ name: expect.stringMatching(/./) });
    }),
    row('multipart with an embedded schema, the name in the part alone (G16)', async ({ answers, get }) => {
      await answers(204, 'PUT', `${JOB}?dry-run=False`, multipart(schema, model(TYPED)));
      expect(await get('engine-1/2/active/model')).toMatchObject({
        name: 'm',
        slots: [{ slot: 0, schema: 'int' }, {}],
      });
    }),
    row('multipart with an attachment inside', async ({ answers, get }) => {
      await answers(204, 'PUT', `${JOB}?dry-run=False`, multipart(inline, model(WEIGHED)));
      expect(await get('engine-1/2/active/model')).toMatchObject({ attachments: ['w.zip'] });
    }),
    row('multipart with an attachment of the catalog, by urn, and by name (G17)', async ({ answers, get, output }) => {
      const stored = 'model-manage-1/1/model/a%3Ab';
      await answers(201, 'PUT', stored, typed(PYTHON3, WEIGHED));
      await answers(201, 'PUT', `${stored}/attachment/w.zip`, typed('application/zip', ZIP));
      await answers(204, 'POST', 'engine-1/2/engine/reset');
      const urn = external('ref="urn:fastscore:attachment:a:b:w.zip"');
      await answers(204, 'PUT', `${JOB}?dry-run=False`, multipart(urn, model(WEIGHED, 'a:b')));
      expect(await get('engine-1/2/active/model')).toMatchObject({ attachments: ['w.zip'] });
      for (const slot of [0, 1]) await answers(204, 'PUT', `engine-1/2/active/stream/${slot}`, { body: REST });
      await answers(204, 'POST', 'engine-1/1/job/input', { body: '2' });
      expect(await output()).toBe('10');
      await answers(204, 'POST', 'engine-1/2/engine/reset');
      const stored2 = 'model-manage-1/1/model/m';
      await answers(201, 'PUT', stored2, typed(PYTHON3, WEIGHED));
      await answers(201, 'PUT', `${stored2}/attachment/w.zip`, typed('application/zip', ZIP));
      await answers(204, 'PUT', `${JOB}?dry-run=False`, multipart(external('name="w.zip"'), model(WEIGHED)));
      for (const path of [stored, stored2]) await answers(204, 'DELETE', path);
    }),
    row('an attachment that the catalog has not: 400', async ({ refuses }) => {
      const override = external('ref="urn:fastscore:attachment:m:override"');
      await refuses(400, 'PUT', `${JOB}?dry-run=False`, multipart(override, model(WEIGHED)));
    }),
    row('R: the type before the disposition, and attachments without one', async ({ answers }) => {
      const [headers, source] = model(GAIN);
      const [types, body] = external('ref="urn:fastscore:attachment:m:w.zip"');
      await answers(201, 'PUT', 'model-manage-1/1/model/m', typed(PYTHON3, GAIN));
      await answers(201, 'PUT', 'model-manage-1/1/model/m/attachment/w.zip', typed('application/zip', ZIP));
      const embedded = `Content-Disposition: attachment; filename="w.zip"\r\n${body}`;
      await answers(204, 'PUT', JOB, multipart([[types[1]!], embedded], [headers.toReversed(), source]));
      await answers(204, 'DELETE', 'model-manage-1/1/model/m');
    }),
    row('DELETE /1/job/model', async ({ answers, call }) => {
      await answers(204, 'DELETE', JOB);
      expect((await call('GET', 'engine-1/2/active/model')).status).toBe(404);
    }),
  ],
};
