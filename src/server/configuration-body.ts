import type { FastifyRequest } from 'fastify';
import type { ScalarTag } from 'yaml';
import { FastScoreError } from '../core/errors.ts';
import { assertTame, jsonTextOf } from './body.ts';

/** How Python 2 marks texts. */
const PYTHON_TEXT: ScalarTag = { tag: 'tag:yaml.org,2002:python/unicode', resolve: (text) => text };

/** The configuration in the body of PUT /1/config. */
export function readConfiguration(request: FastifyRequest): Promise<Record<string, unknown>> {
  return parseConfiguration(jsonTextOf(request, 'The configuration'));
}

/**
 * A configuration in YAML, of which JSON is a part.
 * @throws FastScoreError BAD_INPUT
 */
export async function parseConfiguration(text: string): Promise<Record<string, unknown>> {
  const value = await parseYaml(text);
  assertTame(value, 'The configuration');
  const document = withPorts(value);
  if (typeof document === 'object' && document !== null && !Array.isArray(document)) {
    return document as Record<string, unknown>;
  }
  throw new FastScoreError('BAD_INPUT', 'The configuration must be a YAML mapping or a JSON object');
}

async function parseYaml(text: string): Promise<unknown> {
  const { parse } = await import('yaml');
  try {
    // With aliases a short document can be huge, or contain itself.
    return parse(text, { customTags: [PYTHON_TEXT], logLevel: 'error', maxAliasCount: 0 });
  } catch (cause) {
    const [sentence = ''] = (cause as Error).message.split('\n');
    throw new FastScoreError('BAD_INPUT', `The configuration is not YAML: ${sentence.replace(/:$/, '')}`, { cause });
  }
}

/** The command line of 1.10 sends every scalar as text. Passwords may look like numbers, ports are numbers. */
function withPorts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPorts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const isPort = key === 'port' && typeof member === 'string' && /^\d{1,5}$/.test(member);
      return [key, isPort ? Number(member) : withPorts(member)];
    }),
  );
}
