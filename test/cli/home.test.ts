import { expect, it } from 'vitest';
import { locateHome } from '../../src/cli/home.ts';

it.each([
  [{ FASTSCORE_HOME: '/x', XDG_DATA_HOME: '/d', HOME: '/u' }, '/x'],
  [{ XDG_DATA_HOME: '/d', HOME: '/u' }, '/d/fastscore'],
  [{ HOME: '/u' }, '/u/.local/share/fastscore'],
  [{ FASTSCORE_HOME: '', HOME: '/u' }, '/u/.local/share/fastscore'],
])('with %j everything lives in %s', (env, directory) => {
  const home = locateHome(env);
  for (const path of Object.values(home)) expect(`${path}/`.startsWith(`${directory}/`)).toBe(true);
});
