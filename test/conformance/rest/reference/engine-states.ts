import { expect } from 'vitest';
import { sampleSnapshot } from '../../../server/sample-snapshot.ts';
import { GAIN, modelNamed, REST, typed } from './fleet.ts';
import type { Part } from './row.ts';
import { row } from './row.ts';

const ENGINE = 'engine-1/2';
const LOAD = 'engine-1/1/job/model';
const WIDE = `# fastscore.slot.2: in-use\n# fastscore.slot.3: in-use\n${GAIN}`;

export const engineStates: Part = {
  title: 'States of an engine',
  rows: [
    row('init: scale before a model is loaded holds for the run', async ({ answers, state, get }) => {
      await answers(204, 'POST', `${ENGINE}/engine/reset`);
      await answers(204, 'POST', `${ENGINE}/active/model/scale`, { body: '2' });
      await answers(204, 'PUT', LOAD, modelNamed('m', GAIN));
      for (const slot of [0, 1]) await answers(204, 'PUT', `${ENGINE}/active/stream/${slot}`, { body: REST });
      await state('running');
      expect(await get('engine-1/1/job/status')).toMatchObject({ scale: 2 });
      await answers(204, 'POST', `${ENGINE}/active/model/scale`, { body: '1' });
    }),
    row('running: a snapshot cannot be restored', async ({ refuses }) => {
      await refuses(400, 'PUT', 'engine-1/1/job/state', typed('application/octet-stream', await sampleSnapshot()));
    }),
    row('running: a model that leaves a stream without a slot is refused, the old one runs on', async (fleet) => {
      await fleet.run(WIDE, [REST, REST]);
      for (const slot of [2, 3]) await fleet.answers(204, 'PUT', `${ENGINE}/active/stream/${slot}`, { body: REST });
      await fleet.state('running');
      await fleet.refuses(400, 'PUT', `${LOAD}?dry-run=False`, modelNamed('n', GAIN));
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '7' });
      expect(await fleet.output()).toBe('21');
    }),
    row('init: unload and detach are possible', async ({ answers }) => {
      await answers(204, 'POST', `${ENGINE}/engine/reset`);
      await answers(204, 'PUT', LOAD, modelNamed('m', GAIN));
      await answers(204, 'PUT', `${ENGINE}/active/stream/0`, { body: REST });
      await answers(204, 'DELETE', `${ENGINE}/active/stream/0`);
      await answers(204, 'DELETE', `${ENGINE}/active/model`);
    }),
    row('init: pause takes effect when the run would begin', async ({ answers, state }) => {
      await answers(204, 'POST', `${ENGINE}/engine/pause`);
      await answers(204, 'PUT', LOAD, modelNamed('m', GAIN));
      for (const slot of [0, 1]) await answers(204, 'PUT', `${ENGINE}/active/stream/${slot}`, { body: REST });
      await state('paused');
      await answers(204, 'POST', `${ENGINE}/engine/unpause`);
      await state('running');
    }),
    row('error: pause and load are refused, reset helps', async (fleet) => {
      await fleet.run('def action(x):\n    yield 6 // x\n');
      await fleet.answers(204, 'POST', 'engine-1/1/job/input', { body: '0' });
      await fleet.state('error');
      await fleet.refuses(400, 'POST', `${ENGINE}/engine/pause`);
      await fleet.refuses(400, 'PUT', LOAD, modelNamed('m', GAIN));
      await fleet.answers(204, 'POST', `${ENGINE}/engine/reset`);
      await fleet.state('init');
    }),
  ],
};
