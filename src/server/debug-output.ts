import type { PneumoMessage } from '../api/pneumo.ts';
import type { CompatContext } from './compat-context.ts';
import type { Service } from './service.ts';
import { instanceOf } from './service.ts';

const MOST = 1000;

/** GET /1/debug/output: what an engine and its model have said, line by line, as far as Pneumo remembers it. */
export const debugOutput: Service<CompatContext> = {
  api: 'engine',
  routes(app, { fleet, pneumo }) {
    app.get('/1/debug/output', async (request) => {
      const src = fleet.shownName(fleet.engine(instanceOf(request)).name);
      return pneumo.history(MOST, { src }).flatMap(linesOf).slice(-MOST);
    });
  },
};

function linesOf(message: PneumoMessage): string[] {
  switch (message.type) {
    case 'log':
    case 'model-console':
      return lines(message.text);
    case 'model-error':
      return lines(message.console);
    default:
      return [];
  }
}

function lines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line !== '');
}
