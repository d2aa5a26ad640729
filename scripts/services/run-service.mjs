import process from 'node:process';
import { pathToFileURL } from 'node:url';

/**
 * When a script is the main one: starts its service, tells where it is, and stops it with the script.
 * @param {string} url of the script
 * @param {() => Promise<{ text: string, stop: () => Promise<void> }>} start
 */
export async function runService(url, start) {
  if (url !== pathToFileURL(process.argv[1] ?? '').href) return;
  const { text, stop } = await start();
  process.stdout.write(`${text}\nCtrl-C stops it.\n`);
  const alive = setInterval(() => {}, 2 ** 30);
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, async () => {
      await stop();
      clearInterval(alive);
    });
  }
}
