import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Call, Method } from '../conformance/rest/reference/caller.ts';
import { GAIN, modelNamed, REST, startFleet } from '../conformance/rest/reference/fleet.ts';

const ROUNDS = 80;
const INLINE = '{"Transport":{"Type":"inline","Data":["1","2","3"]},"Encoding":"json"}';
const FAILING = 'def action(x):\n    yield 1 // 0\n';

/** What people do to an engine, at any moment. */
const OPERATIONS: readonly (readonly [Method, string, Call?])[] = [
  ['PUT', '1/job/model?dry-run=False', modelNamed('m', GAIN)],
  ['PUT', '1/job/model?dry-run=True', modelNamed('m', GAIN)],
  ['PUT', '1/job/model', modelNamed('n', FAILING)],
  ['DELETE', '2/active/model'],
  ['PUT', '2/active/stream/0', { body: REST }],
  ['PUT', '2/active/stream/0', { body: INLINE }],
  ['PUT', '2/active/stream/1', { body: REST }],
  ['DELETE', '2/active/stream/0'],
  ['POST', '2/active/model/scale', { body: '0' }],
  ['POST', '2/active/model/scale', { body: '2' }],
  ['POST', '2/engine/pause'],
  ['POST', '2/engine/unpause'],
  ['POST', '2/engine/reset'],
  ['DELETE', '1/job'],
  ['POST', '1/job/input', { body: '7' }],
  ['GET', '1/job/output'],
  ['POST', '2/active/model/roundtrip/0/1?timeout=1', { body: '7' }],
  ['POST', '2/active/snapshot'],
  ['GET', '2/active/model'],
  ['GET', '2/active/stream'],
  ['GET', '1/job/status'],
  ['POST', '1/job/sample/cpu?duration=0.1'],
  ['PUT', '2/active/state/cell/x', { body: '1' }],
  ['GET', '2/active/state'],
];

test(`${ROUNDS} rounds of operations at once: none is a failure of the server, and both engines work as before afterwards`, async () => {
  const fleet = await startFleet();
  const step = fc.tuple(fc.constantFrom('engine-1', 'engine-2'), fc.constantFrom(...OPERATIONS));
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 25 }), async (steps) => {
      const replies = await Promise.all(
        steps.map(([engine, [method, path, call]]) => fleet.call(method, `${engine}/${path}`, call)),
      );
      for (const [index, { status, text }] of replies.entries()) {
        const [engine, [method, path]] = steps[index]!;
        expect(status < 500 || status === 504, `${engine} ${method} ${path}: ${status} ${text}`).toBe(true);
      }
    }),
    { numRuns: ROUNDS, endOnFailure: true },
  );
  for (const engine of ['engine-1', 'engine-2']) {
    await fleet.answers(204, 'POST', `${engine}/2/engine/reset`);
    await fleet.call('POST', `${engine}/2/engine/unpause`);
    await fleet.answers(204, 'POST', `${engine}/2/active/model/scale`, { body: '1' });
    await fleet.answers(204, 'PUT', `${engine}/1/job/model`, modelNamed('m', GAIN));
    for (const slot of [0, 1]) await fleet.answers(204, 'PUT', `${engine}/2/active/stream/${slot}`, { body: REST });
    const reply = await fleet.answers(200, 'POST', `${engine}/2/active/model/roundtrip/0/1?timeout=60`, { body: '7' });
    expect(reply.text).toBe('21');
  }
  await fleet.close();
});
