import type { Engine, EngineMessage, EngineState } from '../../engine/types.ts';
import { LOG_LEVEL } from '../../engine/types.ts';
import { masked } from '../../util/masked.ts';
import { printableText } from '../output/printable.ts';

const LONGEST_ENTRY = 8192;

const LEVEL_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(LOG_LEVEL).map(([name, level]) => [level, name] as const),
);

/** What an operator is told of; it passes through the others in moments. */
const STATES: Readonly<Partial<Record<EngineState, string>>> = {
  running: 'runs',
  paused: 'has paused',
  finished: 'has finished',
};

/**
 * Writes down what an operator needs to know of an engine: runs and how they end, failures with their traceback, jets that
 * died, streams in trouble, snapshots that were refused. Records and secrets are left out.
 * @returns the end of it
 */
export function logEngine(engine: Engine, write: (entry: string) => void): () => void {
  let told: EngineState = engine.state;
  return engine.onMessage((message) => {
    if (message.type === 'engine-state') {
      const verb = STATES[message.state];
      if (message.state === 'init') told = 'init';
      if (verb === undefined || message.state === told) return;
      told = message.state;
      write(`${engine.name} ${verb} '${engine.status().model?.name ?? ''}'`);
    } else {
      const text = describe(message);
      if (text !== null) write(indented(`${engine.name} ${text}`));
    }
  });
}

function describe(message: EngineMessage): string | null {
  switch (message.type) {
    case 'log':
      return message.level > LOG_LEVEL.notice ? null : `${LEVEL_NAMES.get(message.level) ?? ''}: ${message.text}`;
    case 'model-error': {
      const { code, message: sentence, traceback } = message.failure;
      return `error: ${code}: ${[sentence, traceback.trimEnd()].filter((part) => part !== '').join('\n')}`;
    }
    default:
      return null;
  }
}

/** One entry: its further lines are indented, so that each line at the left margin begins one. */
function indented(text: string): string {
  const shown = printableText(masked(text.trimEnd()));
  const cut = shown.length > LONGEST_ENTRY ? `${shown.slice(0, LONGEST_ENTRY)}...` : shown;
  return cut.replaceAll('\n', '\n    ');
}
