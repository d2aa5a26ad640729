import { FastScoreError } from '../core/errors.ts';
import { installLibraries } from '../engine/install-libraries.ts';
import type { ImportPolicy, ImportRule } from '../model/libraries.ts';

const RULES: readonly string[] = ['prohibit', 'warn', 'install'] satisfies ImportRule[];

interface Policy {
  /** As it was given. */
  readonly text: string;
  readonly rules: ImportPolicy;
}

/** Which libraries models may import, by engine and model type. They hold for models loaded from then on. */
export class Policies {
  readonly #policies = new Map<string, Policy>();
  /** Engines that have installed libraries, or are at it. */
  readonly #preinstalled = new Set<string>();

  /** @param text YAML: library and rule. @throws FastScoreError BAD_INPUT */
  async set(engine: string, mtype: string, text: string): Promise<void> {
    this.#policies.set(keyOf(engine, mtype), { text, rules: await rulesOf(text) });
  }

  /** Sets a policy and installs at once what it allows to be installed: once per engine, as 1.10 has it. */
  async preinstall(engine: string, mtype: string, text: string): Promise<void> {
    const rules = await rulesOf(text);
    if (this.#preinstalled.has(engine)) {
      throw new FastScoreError('WRONG_STATE', `Libraries have been preinstalled for ${engine} already: once is all`, {
        hint: 'Set the policy without preinstall',
      });
    }
    this.#preinstalled.add(engine);
    try {
      await installLibraries(
        mtype,
        [...rules].filter(([, rule]) => rule === 'install').map(([library]) => library),
      );
    } catch (error) {
      this.#preinstalled.delete(engine);
      throw error;
    }
    this.#policies.set(keyOf(engine, mtype), { text, rules });
  }

  /** Empty when none is set. */
  textOf(engine: string, mtype: string): string {
    return this.#policies.get(keyOf(engine, mtype))?.text ?? '';
  }

  rulesOf(engine: string, mtype: string): ImportPolicy | undefined {
    return this.#policies.get(keyOf(engine, mtype))?.rules;
  }
}

const keyOf = (engine: string, mtype: string): string => `${mtype.toLowerCase()} ${engine}`;

async function rulesOf(text: string): Promise<ImportPolicy> {
  const { parse } = await import('yaml');
  let document: unknown;
  try {
    document = parse(text, { logLevel: 'error' });
  } catch (cause) {
    const [sentence] = (cause as Error).message.split('\n');
    throw new FastScoreError('BAD_INPUT', `The import policy is not YAML: ${sentence}`, { cause });
  }
  if (document === null) return new Map();
  if (typeof document !== 'object' || Array.isArray(document)) {
    throw new FastScoreError('BAD_INPUT', 'The import policy must be a mapping', { hint: 'Such as `numpy: install`' });
  }
  return new Map(Object.entries(document as object).map(([library, rule]) => [library, ruleOf(library, rule)]));
}

/** A rule is a word, or `{policy: install, command: ...}`. */
function ruleOf(library: string, rule: unknown): ImportRule {
  const word: unknown = typeof rule === 'object' && rule !== null ? (rule as { policy?: unknown }).policy : rule;
  if (typeof word === 'string' && RULES.includes(word)) return word as ImportRule;
  throw new FastScoreError('BAD_INPUT', `The rule of '${library.slice(0, 100)}' in the import policy is none`, {
    hint: `Rules are ${RULES.join(', ')}`,
  });
}
