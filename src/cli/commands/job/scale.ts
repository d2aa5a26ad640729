import type { CommandDefinition } from '../../command.ts';
import { command as modelScale } from '../model/scale.ts';

/** `model scale` under the name that the documentation of shared state gives it. */
export const command: CommandDefinition = {
  ...modelScale,
  examples: [{ line: 'fastscore job scale 4', text: '' }],
};
