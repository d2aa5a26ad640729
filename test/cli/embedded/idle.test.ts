import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isWork, parseIdle, watchIdle } from '../../../src/cli/embedded/idle.ts';

describe('FASTSCORE_IDLE', () => {
  it.each([
    [undefined, 900_000],
    ['', 900_000],
    ['90', 90_000],
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['1.5h', 5_400_000],
    ['never', Number.POSITIVE_INFINITY],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseIdle(text)).toBe(milliseconds);
  });

  it.each(['0', '-1', 'x', '15 m', '1d'])("refuses '%s'", (text) => {
    expect(() => parseIdle(text)).toThrow(`FASTSCORE_IDLE is '${text}'`);
  });
});

it('takes a run that has paused for work, and one that has ended for none', () => {
  const states = ['init', 'running', 'pigging', 'paused', 'finishing', 'finished', 'error'] as const;
  expect(states.filter(isWork)).toEqual(['running', 'pigging', 'paused', 'finishing']);
});

describe('watching', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends after the time without connections and without work', () => {
    const { server, onIdle, state } = watched(1000);
    vi.advanceTimersByTime(600);
    const leave = connect(server);
    vi.advanceTimersByTime(5000);
    leave();
    vi.advanceTimersByTime(900);
    expect(onIdle).not.toHaveBeenCalled();
    state.busy = true;
    vi.advanceTimersByTime(5000);
    state.busy = false;
    vi.advanceTimersByTime(900);
    expect(onIdle).not.toHaveBeenCalled();
    vi.advanceTimersByTime(300);
    expect(onIdle).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('stays for those who have connected before anybody watched', () => {
    const { onIdle, leave } = watched(1000, { visitors: 1 });
    vi.advanceTimersByTime(5000);
    expect(onIdle).not.toHaveBeenCalled();
    leave();
    vi.advanceTimersByTime(1200);
    expect(onIdle).toHaveBeenCalledOnce();
  });

  it('counts from the last visit, however short it was', () => {
    const { onIdle, server } = watched(1000);
    for (let visit = 0; visit < 5; visit++) {
      vi.advanceTimersByTime(950);
      connect(server)();
    }
    expect(onIdle).not.toHaveBeenCalled();
  });

  it('never ends with never', () => {
    const { onIdle } = watched(Number.POSITIVE_INFINITY);
    expect(vi.getTimerCount()).toBe(0);
    expect(onIdle).not.toHaveBeenCalled();
  });

  /** A server as far as it is watched: who has connected, and how many have. */
  class Door extends EventEmitter {
    open = 0;

    getConnections(told: (error: Error | null, count: number) => void): void {
      told(null, this.open);
    }
  }

  function connect(server: Door): () => void {
    const connection = new EventEmitter();
    server.open++;
    server.emit('connection', connection);
    return () => {
      server.open--;
      connection.emit('close');
    };
  }

  function watched(idleMs: number, { visitors } = { visitors: 0 }) {
    const server = new Door();
    const leaving = Array.from({ length: visitors }, () => connect(server));
    const onIdle = vi.fn();
    const state = { busy: false };
    watchIdle(server as unknown as Server, { idleMs, isBusy: () => state.busy, onIdle });
    return { server, onIdle, state, leave: leaving[0] ?? (() => {}) };
  }
});
