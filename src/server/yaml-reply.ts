import type { FastifyReply, FastifyRequest } from 'fastify';
import { stringify } from 'yaml';
import { JSON_MEDIA_TYPE, YAML_MEDIA_TYPE } from '../api/media-types.ts';

/** Answers with JSON, or with YAML to who accepts that and not JSON. */
export function sendJsonOrYaml(request: FastifyRequest, reply: FastifyReply, value: unknown): FastifyReply {
  const { accept = '' } = request.headers;
  return accept.includes(YAML_MEDIA_TYPE) && !accept.includes(JSON_MEDIA_TYPE)
    ? reply.type(YAML_MEDIA_TYPE).send(stringify(value))
    : reply.type(JSON_MEDIA_TYPE).send(JSON.stringify(value));
}
