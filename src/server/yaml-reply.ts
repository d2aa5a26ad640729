import type { FastifyReply, FastifyRequest } from 'fastify';
import { JSON_MEDIA_TYPE, YAML_MEDIA_TYPE } from '../api/media-types.ts';

/** Answers with JSON, or with YAML to who accepts that and not JSON. */
export async function sendJsonOrYaml(
  request: FastifyRequest,
  reply: FastifyReply,
  value: unknown,
): Promise<FastifyReply> {
  const { accept = '' } = request.headers;
  if (!accept.includes(YAML_MEDIA_TYPE) || accept.includes(JSON_MEDIA_TYPE)) {
    return reply.type(JSON_MEDIA_TYPE).send(JSON.stringify(value));
  }
  const { stringify } = await import('yaml');
  return reply.type(YAML_MEDIA_TYPE).send(stringify(value));
}
