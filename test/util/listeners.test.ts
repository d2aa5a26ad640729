import { expect, test } from 'vitest';
import { Listeners } from '../../src/util/listeners.ts';

test('listeners are told until they end their subscription', () => {
  const listeners = new Listeners<string>();
  const heard: string[] = [];
  const listener = (text: string): void => void heard.push(text);
  expect(listeners.isEmpty).toBe(true);
  const stopFirst = listeners.add(listener);
  const stopSecond = listeners.add(listener);
  listeners.tell('a');
  stopFirst();
  stopFirst();
  listeners.tell('b');
  expect(heard).toEqual(['a', 'a', 'b']);
  stopSecond();
  expect(listeners.isEmpty).toBe(true);
});
