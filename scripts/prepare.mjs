/**
 * Runs after `npm ci` and `npm install` in a checkout, and before `npm pack` and `npm install -g .`: leaves a build
 * behind. A global install of a checkout is a link to it, whose own packages npm does not install: that is done here.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { buildIfStale } from './setup/build.mjs';
import { installNodeModules } from './setup/node-modules.mjs';
import { root, runMain } from './setup.mjs';

runMain(async () => {
  if (!existsSync(join(root, 'node_modules', '.package-lock.json'))) await installNodeModules(root);
  if (existsSync(join(root, 'node_modules', 'typescript'))) return buildIfStale(root);
  process.stderr.write('Not built, because the compiler is not installed: npm ci without --omit=dev installs it\n');
});
