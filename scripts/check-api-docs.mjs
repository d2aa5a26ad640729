/**
 * What others program against says of itself what they need: every exported thing and public method of src/client, every
 * public function of the Python package with its parameters, every export of the R package.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isMain, root } from './setup.mjs';

/**
 * One sentence per gap.
 * @param {string} folder
 * @returns {string[]}
 */
export function findGaps(folder) {
  return [
    ...filesIn(folder, 'src/client', '.ts').flatMap(({ name, text }) => typescriptGaps(name, text)),
    ...PYTHON_MODULES.map((name) => `src/jets/python/fastscore/${name}`)
      .map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))
      .flatMap(({ name, text }) => pythonGaps(name, text)),
    ...rGaps(
      readFileSync(join(folder, 'src/jets/r/NAMESPACE'), 'utf8'),
      filesIn(folder, 'src/jets/r/man', '.Rd').map(({ text }) => text),
    ),
  ];
}

/** Those that models and their tests import. */
const PYTHON_MODULES = ['__init__.py', '_handles.py', 'io.py', 'testing.py'];

const EXPORT = /^export (?:async )?(?:function|class|interface|type|const) (\w+)/;
const METHOD = /^ {2}(?:async )?(?!constructor\b)(\w+)(?:<\w+>)?\((.*)/;

/**
 * @param {string} name of the file
 * @param {string} text
 */
export function typescriptGaps(name, text) {
  const lines = text.split('\n');
  return lines.flatMap((line, index) => {
    const what = (EXPORT.exec(line) ?? METHOD.exec(line))?.[1];
    if (what === undefined || lines[index - 1]?.trim().endsWith('*/')) return [];
    return [`${name}:${index + 1} does not say what ${what} is`];
  });
}

/**
 * @param {string} name of the file
 * @param {string} text
 */
export function pythonGaps(name, text) {
  return publicFunctions(text).flatMap(({ what, parameters, doc }) => {
    if (doc === undefined) return [`${name} does not say what ${what} does`];
    return namesOf(parameters)
      .filter((parameter) => !doc.includes(`:param ${parameter}:`))
      .map((parameter) => `${name} does not say what '${parameter}' of ${what} is`);
  });
}

/** Functions and methods, not those within functions or in the text of an example. Setters have said it as properties. */
function publicFunctions(text) {
  const lines = text.split('\n');
  const found = [];
  let isInText = false;
  let isInClass = false;
  for (const [index, line] of lines.entries()) {
    const wasInText = isInText;
    if ((line.split('"""').length - 1) % 2 === 1) isInText = !isInText;
    if (wasInText) continue;
    if (/^\w/.test(line)) isInClass = line.startsWith('class ');
    const [, indent, what, parameters] = /^( {4})?def ([a-z]\w*)\((.*)\):/.exec(line) ?? [];
    if (what === undefined || (indent !== undefined && !isInClass) || lines[index - 1]?.endsWith('.setter')) continue;
    const doc = /^\s*("""[\s\S]*?""")/.exec(lines.slice(index + 1).join('\n'))?.[1];
    found.push({ what, parameters, doc });
  }
  return found;
}

const namesOf = (parameters) =>
  parameters
    .split(',')
    .map((parameter) => parameter.trim().split(/[=:]/, 1)[0].replace(/^\*+/, ''))
    .filter((parameter) => parameter !== '' && parameter !== 'self');

const R_SECTIONS = ['usage', 'arguments', 'value', 'examples'];

/**
 * @param {string} namespace
 * @param {readonly string[]} pages
 */
export function rGaps(namespace, pages) {
  const exported = [...namespace.matchAll(/^export\((.*)\)$/gm)].flatMap(([, names]) => names.split(/,\s*/));
  return exported.flatMap((name) => {
    const page = pages.find((text) => text.includes(`\\alias{${name}}`));
    if (page === undefined) return [`The R package has no page for ${name}`];
    return R_SECTIONS.filter((section) => !page.includes(`\\${section}{`)).map(
      (section) => `The page of ${name} has no \\${section}`,
    );
  });
}

function filesIn(folder, below, suffix) {
  return readdirSync(join(folder, below))
    .filter((name) => name.endsWith(suffix))
    .map((name) => ({ name: `${below}/${name}`, text: readFileSync(join(folder, below, name), 'utf8') }));
}

if (isMain(import.meta.url)) {
  const gaps = findGaps(root);
  for (const sentence of gaps) console.error(sentence);
  if (gaps.length > 0) process.exitCode = 1;
}
