import type { FastifyReply, FastifyRequest } from 'fastify';
import { BYTES_MEDIA_TYPE } from '../api/media-types.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Engine } from '../engine/types.ts';
import type { Pulled } from '../streams/types.ts';
import { bytesOf, SOURCE_LIMIT_BYTES } from './body.ts';
import type { EngineContext } from './engine-context.ts';
import { slotOf } from './numbers.ts';
import { querySeconds, queryValue } from './query.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';
import { unlessClosing } from './unless-closing.ts';

/** Clients ask again at once: waiting here spares both sides a busy loop. */
const OUTPUT_WAIT_MS = 500;
const ROUNDTRIP_S = 60;
const LONGEST_ROUNDTRIP_S = 600;

/** Records in and out by REST. */
export const engineInput: Service<EngineContext> = {
  api: 'engine',
  routes(app, { fleet, outputs, jobs, closing }) {
    const engineOf = (request: FastifyRequest): Engine => fleet.engine(instanceOf(request));
    const refused = { errorStatus: { STREAM_NOT_ATTACHED: 403, WRONG_STATE: 403 } };

    const input = async (request: FastifyRequest, reply: FastifyReply, slot: number): Promise<FastifyReply> => {
      await engineOf(request).input(slot, bytesOf(request));
      return reply.code(204).send();
    };
    const inputOptions = { bodyLimit: SOURCE_LIMIT_BYTES, config: refused };
    app.post('/1/job/input', inputOptions, (request, reply) => input(request, reply, 0));
    app.post('/1/job/input/:slot', inputOptions, (request, reply) => input(request, reply, slotOf(request)));

    const output = async (request: FastifyRequest, reply: FastifyReply, slot: number): Promise<FastifyReply> => {
      const engine = engineOf(request);
      const gone = new AbortController();
      const giveUp = (): void => gone.abort();
      request.socket.once('close', giveUp);
      const next = jobs.act(engine, queryValue(request, 'job'), (assertHas) => {
        assertHas();
        return outputs.next(engine, slot, OUTPUT_WAIT_MS, gone.signal);
      });
      const record = await next.finally(() => request.socket.removeListener('close', giveUp));
      if (record === 'empty') return reply.code(202).send();
      if (record === 'eof') {
        if (!isGone(request)) outputs.noteEnd(engine, slot);
        return reply.code(204).send();
      }
      if (isGone(request)) outputs.keep(engine, slot, record);
      return reply.type(BYTES_MEDIA_TYPE).send(record);
    };
    // A HEAD must not take a record.
    const outputOptions = { exposeHeadRoute: false, config: refused };
    app.get('/1/job/output', outputOptions, (request, reply) => output(request, reply, 1));
    app.get('/1/job/output/:slot', outputOptions, (request, reply) => output(request, reply, slotOf(request)));

    app.post('/2/active/model/roundtrip/:in/:out', inputOptions, async (request, reply) => {
      const engine = engineOf(request);
      const [from, to] = [slotOf(request, 'in'), slotOf(request, 'out')];
      // FastScore 1.10 never said what unit its time-out has; here it is seconds.
      const waitMs = querySeconds(request, 'timeout', LONGEST_ROUNDTRIP_S) || ROUNDTRIP_S * 1000;
      const body = bytesOf(request);
      const inputThenOutput = async (): Promise<Pulled> => {
        await outputs.dropLate(engine, to);
        await engine.input(from, body);
        const output = await engine.output(to, waitMs);
        if (output === 'empty') outputs.owe(engine, to);
        return output;
      };
      const answer = engine.roundTrip({ from, to, body }, waitMs) ?? outputs.inTurn(engine, to, inputThenOutput);
      const record = await unlessClosing(answer, closing);
      if (record === undefined) throw new FastScoreError('ENGINE_UNREACHABLE', 'The server is closing');
      if (record === 'eof') throw new FastScoreError('WRONG_STATE', `The output on slot ${to} has ended`);
      if (record === 'empty') {
        throw new FastScoreError('TIMED_OUT', `No output came on slot ${to} within ${waitMs / 1000} s`);
      }
      return reply.type(BYTES_MEDIA_TYPE).send(record);
    });
  },
};

/** Whether nobody is there any more to read the answer. */
function isGone({ socket }: FastifyRequest): boolean {
  return socket.destroyed || socket.writable === false;
}
