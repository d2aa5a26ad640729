/**
 * The environment of a jet: the engine's own without what is ours (tokens, homes, addresses), so that model code
 * sees the same machine as the person who started the engine but none of the engine's secrets.
 */
export function jetEnvironment(additions: Record<string, string>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith('FASTSCORE_')) environment[name] = value;
  }
  return { ...environment, ...additions };
}
