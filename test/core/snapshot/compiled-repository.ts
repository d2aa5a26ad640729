import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../../src/util/package-root.ts';

/** Compiles the repository into `folder`, so that a process of its own can run it. @returns the module's path */
export function compileRepository(folder: string): string {
  const config = {
    extends: join(packageRoot, 'tsconfig.build.json'),
    compilerOptions: { rootDir: join(packageRoot, 'src'), outDir: folder, declaration: false },
    files: [join(packageRoot, 'src', 'core', 'snapshot', 'repository.ts')],
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'));
  execFileSync(process.execPath, [join(packageRoot, 'node_modules/typescript/bin/tsc'), '-p', folder]);
  return join(folder, 'core', 'snapshot', 'repository.js');
}
