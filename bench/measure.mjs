/** Figures of contestants that run in turn, so that what else the machine does hits all of them. */

/**
 * @typedef {{ runs: number[], median: number, min: number, max: number }} Summary
 * @typedef {Summary | { missing: string }} Row
 * @typedef {{ title: string, unit: string, compared: string | null, rows: Record<string, Row> }} Section
 * @typedef {(() => Promise<number>) | { measure: () => Promise<number>, runs: number } | { missing: string }} Contestant
 */

/** What a contestant throws when it cannot be had on this machine: it stands in the table as missing. */
export class Missing extends Error {}

/**
 * @param {object} options
 * @param {string} options.title
 * @param {string} options.unit
 * @param {string | null} [options.compared] name of the contestant that the ratios refer to
 * @param {number} options.runs
 * @param {Record<string, Contestant>} options.contestants by name; one with `runs` of its own is slow and runs at most so often
 * @returns {Promise<Section>}
 */
export async function compare({ title, unit, compared = null, runs, contestants }) {
  const figures = new Map(Object.keys(contestants).map((name) => [name, []]));
  const missing = new Map();
  for (let run = 0; run < runs; run += 1) {
    for (const [name, contestant] of Object.entries(contestants)) {
      if (missing.has(name) || run >= (contestant.runs ?? runs)) continue;
      try {
        if (contestant.missing !== undefined) throw new Missing(contestant.missing);
        figures.get(name).push(await (contestant.measure ?? contestant)());
      } catch (error) {
        // The others are worth knowing all the same.
        missing.set(name, { missing: error instanceof Missing ? error.message : `failed: ${error.message}` });
      }
    }
  }
  const rows = [...figures].map(([name, values]) => [name, missing.get(name) ?? summary(values)]);
  return { title, unit, compared, rows: Object.fromEntries(rows) };
}

/** @returns {Summary} */
export function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return { runs: values, median: quantile(sorted, 0.5), min: sorted[0], max: sorted.at(-1) };
}

/** @param {number[]} sorted */
export function quantile(sorted, share) {
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}

/** Median of one row divided by that of another; null when one of them is missing. @param {Section} section */
export function ratio({ rows }, name, other) {
  const [above, below] = [rows[name]?.median, rows[other]?.median];
  return above === undefined || below === undefined ? null : above / below;
}

/**
 * Like {@link compare}, for contestants that measure several things at once.
 * @param {Omit<Parameters<typeof compare>[0], 'title' | 'contestants'> & { titles: Record<string, string>,
 *   contestants: Record<string, () => Promise<Record<string, number>>> }} options titles by figure
 * @returns {Promise<Section[]>} one per figure
 */
export async function compareFigures({ titles, contestants, ...options }) {
  const [first, ...others] = Object.keys(titles);
  /** What the first figure's contestant has measured beside it, for each run. */
  const measured = new Map();
  const leading = Object.entries(contestants).map(([name, contestant]) => {
    measured.set(name, []);
    const measure = async () => {
      const figures = await contestant();
      measured.get(name).push(figures);
      return figures[first];
    };
    return [name, measure];
  });
  const section = await compare({ title: titles[first], contestants: Object.fromEntries(leading), ...options });
  const derived = others.map((figure) => {
    const rows = Object.entries(section.rows).map(([name, row]) => [
      name,
      row.missing === undefined ? summary(measured.get(name).map((figures) => figures[figure])) : row,
    ]);
    return { ...section, title: titles[figure], rows: Object.fromEntries(rows) };
  });
  return [section, ...derived];
}
