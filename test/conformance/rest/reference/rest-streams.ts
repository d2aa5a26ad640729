import { expect } from 'vitest';
import { GAIN, REST, typed } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

const CHUNKED = JSON.stringify({
  Transport: { Type: 'REST', Mode: 'chunked' },
  Envelope: 'delimited',
  Encoding: 'json',
});
const TEXT = '{"Transport":"REST","Encoding":"utf-8"}';

export const restStreams: Part = {
  title: 'REST streams',
  rows: [
    row('simple: a POST is a record, a GET is a record, without a newline', async (fleet) => {
      await fleet.run(GAIN);
      for (const record of ['1', '2']) await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: record });
      expect([await fleet.output(), await fleet.output()]).toEqual(['3', '6']);
    }),
    row('simple: any Content-Type will do', async ({ answers, output }) => {
      for (const type of ['application/octet-stream', 'application/json', 'text/plain']) {
        await answers(204, 'POST', 'engine-1/1/job/input/0', typed(type, '5'));
        expect(await output()).toBe('15');
      }
    }),
    row('a pig comes out behind what was before it', async (fleet) => {
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '7' });
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '{"$fastscore":"pig"}' });
      expect(await fleet.output()).toBe('21');
      expect(JSON.parse(await fleet.output())).toMatchObject({ $fastscore: 'pig' });
    }),
    row('the control record `end` ends the run, with 204 for the output', async (fleet) => {
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '{"$fastscore":"end"}' });
      await expect
        .poll(async () => (await fleet.call('GET', 'engine-1/1/job/output/1')).status, { timeout: 20_000 })
        .toBe(204);
      await fleet.state('finished');
    }),
    row('chunked: a POST is a part of a stream of records, a GET a chunk of one', async (fleet) => {
      await fleet.run(GAIN, [CHUNKED, CHUNKED]);
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '1\n2' });
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '0\n3\n' });
      let text = '';
      while (text.split('\n').length < 4) text += await fleet.output();
      expect(text).toBe('3\n60\n9\n');
    }),
    row('texts beyond ASCII pass byte for byte', async (fleet) => {
      await fleet.run('def action(x):\n    yield x + "!"\n', [TEXT, TEXT]);
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', typed('application/octet-stream', 'na\u00efve \u2603'));
      expect(await fleet.output()).toBe('na\u00efve \u2603!');
    }),
    row('records of an input are there in their order for a client that comes late', async (fleet) => {
      await fleet.run(GAIN, [
        JSON.stringify({ Transport: { Type: 'inline', Data: ['1', '2', '3'] }, Encoding: 'json' }),
        REST,
      ]);
      expect([await fleet.output(), await fleet.output(), await fleet.output()]).toEqual(['3', '6', '9']);
    }),
  ],
};
