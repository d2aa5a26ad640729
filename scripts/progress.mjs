import process from 'node:process';

const PATIENCE_MS = 1000;
const REDRAW_MS = 125;
const REMINDER_MS = 15_000;
const FRAMES = ['|', '/', '-', '\\'];
const CLEAR_LINE = '\r\u001b[K';

/**
 * Says on stderr what takes longer than a second: a line that moves on a terminal, else one line at its start, one
 * now and then, and one at its end.
 * @template T
 * @param {string} title
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(title, work) {
  const started = Date.now();
  const seconds = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const show = process.stderr.isTTY ? drawer(title, seconds) : reminder(title, seconds);
  const timer = setInterval(() => {
    if (Date.now() - started >= PATIENCE_MS) show.tick(Date.now() - started);
  }, REDRAW_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    show.end();
  }
}

function drawer(title, seconds) {
  let drawn = false;
  return {
    tick(elapsedMs) {
      const frame = FRAMES[Math.floor(elapsedMs / REDRAW_MS) % FRAMES.length];
      process.stderr.write(`${CLEAR_LINE}${frame} ${title} (${seconds()})`);
      drawn = true;
    },
    end() {
      if (drawn) process.stderr.write(CLEAR_LINE);
    },
  };
}

function reminder(title, seconds) {
  let saidAtMs = 0;
  return {
    tick(elapsedMs) {
      if (saidAtMs > 0 && elapsedMs - saidAtMs < REMINDER_MS) return;
      process.stderr.write(saidAtMs === 0 ? `${title} ...\n` : `${title} ... (${seconds()})\n`);
      saidAtMs = elapsedMs;
    },
    end() {
      if (saidAtMs > 0) process.stderr.write(`${title}: done after ${seconds()}\n`);
    },
  };
}
