import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { temporaryFolder } from '../util/temporary-folder.ts';
import { loadScript } from './load-script.ts';

const { findWrongImports } = await loadScript<{ findWrongImports(folder: string): string[] }>('check-imports.mjs');

describe('the check of imports', () => {
  it('accepts the sources as they are', () => {
    expect(findWrongImports(join(packageRoot, 'src'))).toEqual([]);
  });

  it('refuses an import against the arrows, with file and line', () => {
    const folder = temporaryFolder({
      'core/store.ts': `// a comment\nimport { launch } from '../jets/launch.ts';\n`,
      'jets/launch.ts': `import type { Store } from '../core/store.ts';\n`,
    });
    expect(findWrongImports(folder)).toEqual([
      expect.stringMatching(/^src\/core\/store\.ts:2 imports jets\/launch\.ts: src\/jets stands above src\/core/),
    ]);
  });

  it('refuses that streams and jets know each other', () => {
    const folder = temporaryFolder({
      'jets/jet.ts': `import { cut } from '../streams/cut.ts';\n`,
      'streams/cut.ts': `export * from '../jets/jet.ts';\n`,
    });
    expect(findWrongImports(folder)).toHaveLength(2);
  });

  it('refuses circles, also of types and of what is loaded later, and tells each once', () => {
    const folder = temporaryFolder({
      'core/a.ts': `import type { B } from './b.ts';\n`,
      'core/b.ts': `export const load = () => import('./c.ts');\n`,
      'core/c.ts': `export { a } from './a.ts';\nimport { d } from './d.ts';\n`,
      'core/d.ts': '',
      'util/self.ts': `import { self } from './self.ts';\n`,
    });
    expect(findWrongImports(folder)).toEqual([
      expect.stringMatching(/^src\/core\/a\.ts -> core\/b\.ts -> core\/c\.ts -> core\/a\.ts: a circle/),
      expect.stringMatching(/^src\/util\/self\.ts -> util\/self\.ts: a circle/),
    ]);
  });

  it('refuses circles of sibling folders, at any depth, with the imports that make them', () => {
    const folder = temporaryFolder({
      'engine/run/dispatcher.ts': `import type { Slot } from '../slots/slot.ts';\n`,
      'engine/run/trip.ts': '',
      'engine/slots/slot.ts': '',
      'engine/slots/deep/pipeline.ts': `import { Trip } from '../../run/trip.ts';\n`,
    });
    expect(findWrongImports(folder)).toEqual([
      'src/engine/run -> engine/slots -> engine/run: a circle (engine/run/dispatcher.ts imports engine/slots/slot.ts, ' +
        'engine/slots/deep/pipeline.ts imports engine/run/trip.ts); move what both ends need into a file of its own',
    ]);
  });

  it('refuses a folder that nobody has placed', () => {
    const folder = temporaryFolder({ 'helpers/all.ts': `import { a } from '../core/a.ts';\n`, 'core/a.ts': '' });
    expect(findWrongImports(folder)).toEqual([expect.stringContaining('say in ARROWS')]);
  });

  it('refuses a command that loads the engine at once, not one that loads it when it needs it', () => {
    const folder = temporaryFolder({
      'engine/engine.ts': '',
      'cli/host.ts': `import { createEngine } from '../engine/engine.ts';\n`,
      'cli/commands/list.ts': `import { openHost } from '../host.ts';\n`,
      'cli/commands/show.ts': `const { openHost } = await import('../host.ts');\n`,
    });
    expect(findWrongImports(folder)).toEqual([expect.stringMatching(/^src\/cli\/commands\/list\.ts loads the engine/)]);
  });
});
