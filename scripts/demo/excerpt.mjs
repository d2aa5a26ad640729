/**
 * Compares the block marked `console demo` of a page with what the demo prints. Lines `...` stand for anything.
 * @param {string} page
 * @param {string} output
 * @returns {string | undefined} the first part that is not printed in its place
 */
export function findMissingPart(page, output) {
  const block = /^```console demo\n([\s\S]*?)^```$/m.exec(page)?.[1];
  if (block === undefined) return '(there is no block marked "console demo")';
  let position = 0;
  for (const part of block.split(/^\.\.\.\n/m).filter((text) => text !== '')) {
    const found = output.indexOf(part, position);
    if (found === -1) return part;
    position = found + part.length;
  }
  return undefined;
}
