import type { FastifyRequest } from 'fastify';
import { FastScoreError } from '../core/errors.ts';
import { skipSpace, skipValue, stringAt, walkMap } from '../schema/json-walk.ts';
import { jsonOf, jsonTextOf } from './body.ts';
import type { CatalogContext } from './catalog-context.ts';
import type { Service } from './service.ts';

/** Records are checked one by one against a schema that has been given before. */
export const schemaVerification: Service<CatalogContext> = {
  api: 'engine',
  routes(app, { schemaChecks }) {
    app.post('/2/active/schema/verify', async (request) => ({
      id: schemaChecks.add(jsonOf(request, 'The schema')),
    }));

    app.post('/2/active/schema/verify/:id', async (request, reply) => {
      const check = schemaChecks.get(idOf(request));
      const flaw = check.flawOf(dataOf(jsonTextOf(request, 'The record')));
      if (flaw !== null) throw new FastScoreError('RECORD_INVALID', flaw.reason);
      return reply.code(204).send();
    });

    app.delete('/2/active/schema/verify/:id', async (request, reply) => {
      schemaChecks.remove(idOf(request));
      return reply.code(204).send();
    });
  },
};

function idOf(request: FastifyRequest): number {
  return Number((request.params as { id: string }).id);
}

/** The text of the member `data`, as a line: numbers are not parsed, they would lose digits. */
function dataOf(text: string): Buffer {
  // Between tokens a newline is a blank, and elsewhere it may not be.
  const body = Buffer.from(`${text.replaceAll('\n', ' ')}\n`);
  let data: Buffer | null = null;
  const end = walkMap(body, skipSpace(body, 0), (_, keyStart, keyEnd, at) => {
    const behind = skipValue(body, at);
    if (stringAt(body, keyStart, keyEnd) === 'data') data = body.subarray(at, behind);
    return behind;
  });
  if (end !== -1 && data !== null) return Buffer.concat([data, Buffer.from('\n')]);
  throw new FastScoreError('BAD_INPUT', 'The record must be a JSON object {"data": RECORD}');
}
