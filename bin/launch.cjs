// Apart from bin/fastscore because old versions of Node cannot parse `import()`.
const { existsSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const main = join(__dirname, '..', 'dist', 'cli', 'main.js');

if (existsSync(main)) {
  import(pathToFileURL(main).href).then((module) => module.main());
} else {
  process.stderr.write(`Error: fastscore has not been built: ${main} is missing\nTry: npm ci && npm run build\n`);
  process.exitCode = 1;
}
