import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureFiles } from './streams/files.mjs';
import { measureKafka } from './streams/kafka.mjs';
import { measureMemory } from './streams/memory.mjs';
import { measureValidation } from './streams/validation.mjs';

/** Streams through the whole engine, beside bare loops that do the same without an engine. */
export async function measure({ runs, long }) {
  const folder = await mkdtemp(join(tmpdir(), 'fastscore-bench-'));
  try {
    const context = { runs, long, folder };
    const parts = [];
    for (const part of [measureFiles, measureValidation, measureMemory, measureKafka]) parts.push(await part(context));
    return { sections: parts.flatMap(({ sections }) => sections), targets: parts.flatMap(({ targets }) => targets) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
