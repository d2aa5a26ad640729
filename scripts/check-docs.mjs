/** Links between the pages of this repository lead somewhere: to a file that exists, to a heading that is there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { isMain, root } from './setup.mjs';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'docs', 'examples'];

/**
 * One sentence per link that leads nowhere.
 * @param {string} folder
 * @returns {string[]}
 */
export function findDeadLinks(folder) {
  return PAGES.flatMap((name) => pagesBelow(join(folder, name))).flatMap((page) =>
    linksOf(readFileSync(page, 'utf8')).flatMap(({ target, line }) => {
      const reason = refusal(page, target);
      return reason === undefined ? [] : [`${relative(folder, page)}:${line} links to ${target}: ${reason}`];
    }),
  );
}

function pagesBelow(path) {
  if (!existsSync(path)) return [];
  if (path.endsWith('.md')) return [path];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(path, name));
}

/** Links to places inside of the repository; what stands in code is not a link. */
function linksOf(text) {
  const lines = withoutFences(text).split('\n');
  return lines.flatMap((content, index) =>
    [...content.replace(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => ({ target: match[1], line: index + 1 }))
      .filter(({ target }) => !/^[a-z]+:/.test(target)),
  );
}

/** The lines between fences, emptied, so that line numbers stay. */
const withoutFences = (text) => text.replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, ''));

function refusal(page, target) {
  const [path, anchor] = target.split('#', 2);
  const file = path === '' ? page : resolve(dirname(page), path);
  if (!existsSync(file)) return 'there is no such file';
  if (anchor === undefined || anchorsOf(readFileSync(file, 'utf8')).has(anchor)) return undefined;
  return 'there is no such heading';
}

/** As GitHub makes them from headings. */
function anchorsOf(text) {
  const headings = withoutFences(text).matchAll(/^#+ +(.*)$/gm);
  return new Set(
    [...headings].map(([, heading]) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

if (isMain(import.meta.url)) {
  const dead = findDeadLinks(root);
  for (const sentence of dead) console.error(sentence);
  if (dead.length > 0) process.exitCode = 1;
}
