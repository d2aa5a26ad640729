/** Figures of contestants that run in turn, so that what else the machine does hits all of them. */

/**
 * @param {Record<string, () => Promise<number>>} contestants by name; each gives one figure
 * @param {number} runs
 * @returns {Promise<Record<string, { runs: number[], median: number, min: number, max: number }>>}
 */
export async function alternate(contestants, runs) {
  const figures = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const [name, measure] of Object.entries(contestants)) figures[name].push(await measure());
  }
  return Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, summary(values)]));
}

function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { runs: values, median, min: sorted[0], max: sorted.at(-1) };
}
