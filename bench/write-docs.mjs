import { readFile, writeFile } from 'node:fs/promises';

const PAGE = new URL('../docs/performance.md', import.meta.url);

/** Replaces what stands between the marks of a benchmark in docs/performance.md. */
export async function writeDocs(name, markdown) {
  await writeFile(PAGE, replaceSection(await readFile(PAGE, 'utf8'), name, markdown));
}

/** @throws Error when the page has no such marks */
export function replaceSection(page, name, markdown) {
  const [opening, closing] = [`<!-- bench ${name} -->`, `<!-- end ${name} -->`];
  const [from, to] = [page.indexOf(opening), page.indexOf(closing)];
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no marks for the benchmark '${name}'`);
  return `${page.slice(0, from + opening.length)}\n${markdown.trim()}\n${page.slice(to)}`;
}
