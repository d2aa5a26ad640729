import type { ModelErrorInput, PneumoFields } from '../../api/pneumo.ts';
import type { EngineFailure, EngineMessage } from '../../engine/types.ts';
import { masked } from '../../util/masked.ts';
import { failureInput } from '../engine-replies.ts';

/** An engine's message in the fields of 1.10; null for what 1.10 does not know. */
export function pneumoFields(message: EngineMessage): PneumoFields | null {
  switch (message.type) {
    case 'log':
      return { type: 'log', level: message.level, text: masked(message.text) };
    case 'model-console':
      return { type: 'model-console', text: message.text };
    case 'engine-state':
      return { type: 'engine-state', state: message.state };
    case 'engine-config': {
      const { item, op, ref } = message;
      return { type: 'engine-config', item, op, ...(ref === undefined ? {} : { ref }) };
    }
    case 'model-error': {
      const { input, traceback, message: sentence } = message.failure;
      const console = traceback === '' ? masked(sentence) : traceback;
      return { type: 'model-error', input: modelErrorInput(input), console };
    }
    case 'reject':
      return null;
  }
}

function modelErrorInput(input: EngineFailure['input']): ModelErrorInput | null {
  const shown = failureInput(input);
  return shown === null ? null : { ...shown, batchLen: shown.batch_len };
}
