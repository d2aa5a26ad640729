import type { ModelInfo } from './describe.ts';
import type { CheckedSource } from './source-check.ts';

/** Sentences about what the source of a model says and its author has hardly meant. */
export function slipsOf(info: Pick<ModelInfo, 'language' | 'slots' | 'explicit'>, check: CheckedSource): string[] {
  const { language, slots, explicit } = info;
  const copies = check.changedCopies.map(
    (line) => `Line ${line} changes a copy: what a cell or pool holds is changed by set and update alone`,
  );
  if (explicit && language === 'python' && !check.imports.some((name) => /^fastscore(\.|$)/.test(name))) {
    return [`${NO_SLOT}, and this one reads and writes no slot: "from fastscore.io import Slot"`];
  }
  if (!slots.some(({ slot }) => slot % 2 === 1)) return copies;
  const actions = new Set(slots.flatMap(({ action }) => action ?? []));
  const silent = Object.entries(check.silent).filter(([name]) => actions.has(name));
  return [...copies, ...silent.map(([name, line]) => silence(language, name, line))];
}

const NO_SLOT = 'A model with "action: none" is a program whose begin, action and end are not called';

function silence(language: ModelInfo['language'], action: string, line: number): string {
  return language === 'python'
    ? `Line ${line} computes a value that goes nowhere: action '${action}' yields nothing`
    : `Line ${line}: action '${action}' emits nothing, and what it returns is ignored: say emit(value)`;
}
