/**
 * Imports in src/ point one way: between the top folders as ARROWS says, and within each folder, too. There neither a file nor a
 * subfolder needs itself in the end, be it for a type alone or later. And commands that need no engine do not load one.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Which folders (or single files) a folder may import, beside itself. */
const ARROWS = {
  util: [],
  core: ['util'],
  model: ['core', 'util'],
  catalog: ['model', 'core', 'util'],
  schema: ['core', 'util'],
  streams: ['schema', 'core', 'util'],
  jets: ['core', 'util'],
  engine: ['jets', 'streams', 'schema', 'catalog', 'model', 'core', 'util'],
  api: ['core', 'util'],
  server: ['api', 'engine', 'streams', 'schema', 'catalog', 'model', 'core', 'util'],
  client: ['api', 'core', 'util'],
  cli: [
    'client',
    'api',
    'model',
    'core',
    'util',
    'jets/interpreters.ts',
    'jets/named-interpreters.ts',
    'jets/native-equality.ts',
    'schema',
    'streams/literal.ts',
    'streams/record-lines.ts',
    'engine',
    'server',
    'catalog',
  ],
};

/** The commands that run an engine in their own process; all others only talk to one. */
const ENGINE_COMMANDS = ['cli/commands/run.ts', 'cli/commands/serve.ts'];
const ENGINE_FOLDERS = ['engine', 'server'];

/**
 * One sentence per import that goes against the arrows.
 * @param {string} sourceFolder
 * @returns {string[]}
 */
export function findWrongImports(sourceFolder) {
  const files = readSources(sourceFolder);
  const reversed = againstArrows(files);
  // An import against the arrows makes circles, which are not what is wrong.
  return [...reversed, ...(reversed.length > 0 ? [] : circles(files)), ...heavyCommands(files)];
}

/** Path below the source folder -> its imports. */
function readSources(sourceFolder) {
  const entries = readdirSync(sourceFolder, { withFileTypes: true, recursive: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const name = (path) => relative(sourceFolder, path).split(sep).join('/');
  return new Map(
    paths.map((path) => {
      const imports = importsOf(readFileSync(path, 'utf8'));
      return [
        name(path),
        imports.map((found) => ({ ...found, target: name(resolve(dirname(path), found.specifier)) })),
      ];
    }),
  );
}

/** Relative imports and re-exports, types included. The formatter leaves one spelling of each. */
function importsOf(source) {
  const pattern = /^(?:import|export)\b([^;'"]*?)\bfrom '(\.[^']*)'|^import '(\.[^']*)'|\bimport\('(\.[^']*)'\)/gm;
  return [...source.matchAll(pattern)].map((match) => ({
    specifier: match[2] ?? match[3] ?? match[4],
    line: source.slice(0, match.index).split('\n').length,
    isLoadedAtOnce: match[4] === undefined && !match[1]?.startsWith(' type '),
  }));
}

function againstArrows(files) {
  return [...files].flatMap(([file, imports]) =>
    imports.flatMap(({ target, line }) => {
      const reason = refusal(folderOf(file), target);
      return reason === undefined ? [] : [`src/${file}:${line} imports ${target}: ${reason}`];
    }),
  );
}

function refusal(from, target) {
  const to = folderOf(target);
  const allowed = ARROWS[from];
  if (allowed === undefined) return `say in ARROWS (scripts/check-imports.mjs) what src/${from} may import`;
  if (from === to || allowed.includes(to) || allowed.includes(target)) return undefined;
  if (ARROWS[to]?.includes(from)) {
    return `src/${to} stands above src/${from}; move what both need down, or hand it in as an argument`;
  }
  const choice = allowed.length === 0 ? 'nothing of ours' : allowed.join(', ');
  return `src/${from} may import ${choice}; join the two in a folder that knows both`;
}

/** The entries of each folder, files and subfolders alike, import each other one way. */
function circles(files) {
  const told = new Set();
  return foldersOf(files).flatMap((folder) => {
    const entries = entriesOf(folder, files);
    return [...entries.keys()].flatMap((entry) => {
      const circle = told.has(entry) ? undefined : findWay(entries, entry, { isGoal: (target) => target === entry });
      if (circle === undefined) return [];
      for (const member of circle) told.add(member);
      const steps = circle.slice(1).flatMap((target, index) => exampleOf(entries, circle[index], target));
      const examples = steps.length === 0 ? '' : ` (${steps.join(', ')})`;
      return [`src/${circle.join(' -> ')}: a circle${examples}; move what both ends need into a file of its own`];
    });
  });
}

/** Every folder that holds sources, the deepest first: the nearest circle says most. */
function foldersOf(files) {
  const folders = new Set(['']);
  for (const file of files.keys()) {
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1))
      folders.add(file.slice(0, end));
  }
  return [...folders].sort((one, other) => other.split('/').length - one.split('/').length || one.localeCompare(other));
}

/** Entry of `folder` -> the other entries that it imports, with the import that does so. A file may import itself. */
function entriesOf(folder, files) {
  const start = folder === '' ? '' : `${folder}/`;
  const entryOf = (file) => start + file.slice(start.length).split('/', 1)[0];
  const entries = new Map();
  for (const [file, imports] of files) {
    if (!file.startsWith(start)) continue;
    const entry = entryOf(file);
    const found = entries.get(entry) ?? [];
    entries.set(entry, found);
    for (const { target } of imports) {
      if (!target.startsWith(start) || (entryOf(target) === entry && !(file === entry && target === file))) continue;
      found.push({ target: entryOf(target), file, imported: target });
    }
  }
  return entries;
}

/** The import behind one step of a circle; nothing where the entries are the files themselves. */
function exampleOf(entries, entry, target) {
  const { file, imported } = entries.get(entry).find((found) => found.target === target);
  return file === entry && imported === target ? [] : [`${file} imports ${imported}`];
}

function heavyCommands(files) {
  const roots = [...files.keys()].filter(
    (file) => file === 'cli/main.ts' || (file.startsWith('cli/commands/') && !ENGINE_COMMANDS.includes(file)),
  );
  return roots.flatMap((root) => {
    const isGoal = (file) => ENGINE_FOLDERS.includes(folderOf(file));
    const way = findWay(files, root, { isGoal, follows: ({ isLoadedAtOnce }) => isLoadedAtOnce });
    if (way === undefined) return [];
    return [`src/${root} loads the engine (${way.join(' -> ')}): use \`await import(...)\` where it is started`];
  });
}

/** The files from `root` to the nearest one that is a goal, over at least one import. */
function findWay(files, root, { isGoal, follows = () => true }) {
  const ways = [[root]];
  const seen = new Set();
  for (const way of ways) {
    for (const found of files.get(way.at(-1)) ?? []) {
      const { target } = found;
      if (seen.has(target) || !follows(found)) continue;
      if (isGoal(target)) return [...way, target];
      seen.add(target);
      ways.push([...way, target]);
    }
  }
  return undefined;
}

function folderOf(file) {
  return file.split('/', 1)[0];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const wrong = findWrongImports(fileURLToPath(new URL('../src', import.meta.url)));
  for (const sentence of wrong) console.error(sentence);
  if (wrong.length > 0) {
    console.error(
      `\n${wrong.length} import(s) that point the wrong way: see "Who may import whom" in docs/architecture.md`,
    );
    process.exitCode = 1;
  }
}
