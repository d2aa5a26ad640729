import { spawn } from 'node:child_process';
import type { Cli } from '../command.ts';

/** Shows a page in the browser of the person, and says where it is, for those who have none here. */
export function openBrowser(cli: Cli, url: string): void {
  cli.out.note(`Log in with your browser: ${url}`);
  const { command, args } = browserCommand(cli.io.env.BROWSER, url);
  const browser = spawn(command, args, { stdio: 'ignore', detached: true });
  // Without a browser the address above is all there is.
  browser.on('error', () => {});
  browser.unref();
}

/** BROWSER is a command of the person's own, `%s` in it the address. */
function browserCommand(own: string | undefined, url: string): { command: string; args: string[] } {
  if (own !== undefined && own !== '') {
    const words = own.split(' ').filter((word) => word !== '');
    const [command = '', ...args] = words.map((word) => word.replaceAll('%s', url));
    return { command, args: own.includes('%s') ? args : [...args, url] };
  }
  return { command: process.platform === 'darwin' ? 'open' : 'xdg-open', args: [url] };
}
