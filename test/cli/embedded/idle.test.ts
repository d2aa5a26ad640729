import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseIdle, watchIdle } from '../../../src/cli/embedded/idle.ts';

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

describe('watching', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends after the time without requests and without work', () => {
    const { server, onIdle, state } = watched(1000);
    vi.advanceTimersByTime(600);
    const response = new EventEmitter();
    server.emit('request', {}, response);
    vi.advanceTimersByTime(5000);
    response.emit('close');
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

  it('never ends with never', () => {
    const { onIdle } = watched(Number.POSITIVE_INFINITY);
    expect(vi.getTimerCount()).toBe(0);
    expect(onIdle).not.toHaveBeenCalled();
  });

  function watched(idleMs: number) {
    const server = new EventEmitter();
    const onIdle = vi.fn();
    const state = { busy: false };
    watchIdle(server as Server, { idleMs, isBusy: () => state.busy, onIdle });
    return { server, onIdle, state };
  }
});
