/**
 * Runs `work`, during which Ctrl-C and Ctrl-\ mean nothing to this process: a terminal sends them to its child too, whose
 * they are.
 */
export async function ignoringInterrupts<T>(work: () => Promise<T>): Promise<T> {
  const restore = (['SIGINT', 'SIGQUIT'] as const).map((signal) => {
    const before = process.listeners(signal);
    const ignore = (): void => {};
    // First, for without a listener the signal ends the process.
    process.on(signal, ignore);
    for (const listener of before) process.off(signal, listener);
    return () => {
      for (const listener of before) process.on(signal, listener);
      process.off(signal, ignore);
    };
  });
  try {
    return await work();
  } finally {
    for (const undo of restore) undo();
  }
}
