/** `npm run build`: compiles src/ to dist/, whatever is there. */
import { build } from './setup/build.mjs';
import { root, runMain } from './setup.mjs';

runMain(() => build(root));
