/** Options that choose messages of Pneumo. */
export const PNEUMO_FILTER = {
  source: ['--source <instance>', 'messages of one instance only'],
  kind: ['--kind <kind>', 'one kind only, such as engine-state, model-error or sensor-report'],
} as const;
