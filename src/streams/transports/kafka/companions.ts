/** Kafka inputs of this process whose offsets a model commits itself, by group and topic. */
const companions = new Map<string, Companion>();

/** An input that commits when it is told to. */
export interface Companion {
  /** @param offset what to read next; null: after everything that has been taken */
  commit(offset: number | null): Promise<void>;
}

const keyOf = (group: string, topic: string): string => `${group}\0${topic}`;

export function addCompanion(group: string, topic: string, companion: Companion): () => void {
  const key = keyOf(group, topic);
  companions.set(key, companion);
  return () => {
    if (companions.get(key) === companion) companions.delete(key);
  };
}

export function findCompanion(group: string, topic: string): Companion | null {
  return companions.get(keyOf(group, topic)) ?? null;
}
