import type { MessageHub } from './messages.ts';
import { assertTransition } from './transitions.ts';
import type { EngineState } from './types.ts';

/** The state that an engine is in. Every change is checked, told, and can be waited for. */
export class CurrentState {
  readonly #hub: MessageHub;
  #state: EngineState = 'init';

  constructor(hub: MessageHub) {
    this.#hub = hub;
  }

  get now(): EngineState {
    return this.#state;
  }

  /** True when a run is past its start. */
  get isFlowing(): boolean {
    return this.#state !== 'init' && this.#state !== 'finished' && this.#state !== 'error';
  }

  enter(state: EngineState): void {
    assertTransition(this.#state, state);
    this.#state = state;
    this.#hub.publish({ type: 'engine-state', state });
  }

  /** Back to `init`, which is told also when that is the state already. */
  reset(): void {
    if (this.#state === 'init') this.#hub.publish({ type: 'engine-state', state: 'init' });
    else this.enter('init');
  }

  /** Resolves with the state as soon as it is another than `state`, or after `waitMs`. */
  waitWhile(state: EngineState, waitMs: number): Promise<EngineState> {
    if (this.#state !== state) return Promise.resolve(this.#state);
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        unsubscribe();
        resolve(this.#state);
      };
      const timer = setTimeout(finish, waitMs);
      const unsubscribe = this.#hub.subscribe((message) => {
        if (message.type === 'engine-state' && message.state !== state) finish();
      });
    });
  }
}
