import type { Flow } from '../../engine/measures.ts';
import type { Engine, EngineMessage, EngineStatus } from '../../engine/types.ts';
import { masked } from '../../util/masked.ts';
import type { TapValue } from './aggregate.ts';
import { deadlockTap } from './deadlock-tap.ts';
import { profileSampler } from './profile.ts';
import type { EventTap, SampleTap, Tap } from './tap.ts';

const SIDES = ['input', 'output'] as const;
const MEASURES = ['count', 'size'] as const;
const REJECTS = ['encoding', 'schema'] as const;

/** A profile is about a few seconds: shorter ones say little. */
const PROFILE_MS = 5000;

/** The tap of that name, whether or not its slot or jet is there; null when the name is none. */
export function engineTap(engine: Engine, name: string): Tap | null {
  const slot = /^manifold\.(\d{1,9}|input|output)\.(.+)$/.exec(name);
  if (slot !== null) return slotTap(engine, { name, slot: slotOf(slot[1] ?? ''), what: slot[2] ?? '' });
  const jet = /^jet\.(\d{1,20})\.(input|output)\.records\.(count|size)$/.exec(name);
  if (jet !== null) {
    const [, sandbox = '', side, measure] = jet;
    return flowTap(engine, name, {
      subject: `jet ${sandbox}`,
      isLive: () => engine.status().jets.some((one) => one.sandbox === sandbox),
      matches: (flow) => flow.point === 'jet' && flow.sandbox === sandbox && flow.side === side,
      isSize: measure === 'size',
    });
  }
  if (name === 'manifold.deadlock') return deadlockTap(engine);
  return name === 'manifold.debug' ? debugTap(engine, name, null) : null;
}

/** The names that mean something now: of slots that are in use, and of jets that are there. */
export function enginePoints({ model, streams, jets }: EngineStatus): string[] {
  const slots = new Set([
    0,
    1,
    ...(model?.report.slots ?? []).map(({ slot }) => slot),
    ...streams.map(({ slot }) => slot),
  ]);
  return [
    'manifold.debug',
    'manifold.deadlock',
    ...[...slots]
      .sort((a, b) => a - b)
      .flatMap((slot) => [
        ...MEASURES.map((measure) => `manifold.${slot}.records.${measure}`),
        ...REJECTS.map((by) => `manifold.${slot}.records.rejected.by.${by}`),
        `manifold.${slot}.profile`,
        `manifold.${slot}.debug`,
      ]),
    ...jets.flatMap(({ sandbox }) =>
      SIDES.flatMap((side) => MEASURES.map((measure) => `jet.${sandbox}.${side}.records.${measure}`)),
    ),
  ];
}

/** What ends with a message: the reports about a slot whose stream goes, about a jet that goes. */
export function endingSubject(message: EngineMessage): string | null {
  if (message.type !== 'engine-config') return null;
  const { item, op, ref } = message;
  if (item === 'stream' && (op === 'detach' || op === 'reattach')) return `slot ${ref}`;
  return item === 'jet' && op === 'stop' ? `jet ${ref}` : null;
}

interface SlotPoint {
  readonly name: string;
  readonly slot: number;
  readonly what: string;
}

/** Some old descriptors name the slots 0 and 1 in words. */
function slotOf(text: string): number {
  if (text === 'input') return 0;
  return text === 'output' ? 1 : Number(text);
}

function slotTap(engine: Engine, { name, slot, what }: SlotPoint): Tap | null {
  const common = { subject: `slot ${slot}`, isLive: () => engine.streamCosts(slot) !== null };
  if (what === 'records.count' || what === 'records.size') {
    const matches = (flow: Flow): boolean => flow.point === 'slot' && flow.slot === slot;
    return flowTap(engine, name, { ...common, matches, isSize: what === 'records.size' });
  }
  const by = /^records\.rejected\.by\.(encoding|schema)$/.exec(what)?.[1];
  if (by !== undefined) {
    const open: EventTap['open'] = (onValue) =>
      engine.onMessage((message) => {
        if (message.type !== 'reject') return;
        const { reject } = message;
        if (reject.slot === slot && reject.by === by) onValue(reject.text);
      });
    return { ...common, kind: 'events', name, gives: 'texts', open };
  }
  if (what === 'profile') return profileTap(engine, name, slot);
  return what === 'debug' ? debugTap(engine, name, slot) : null;
}

function flowTap(
  engine: Engine,
  name: string,
  options: Pick<EventTap, 'subject' | 'isLive'> & { matches: (flow: Flow) => boolean; isSize: boolean },
): EventTap {
  const { subject, isLive, matches, isSize } = options;
  return {
    kind: 'events',
    name,
    gives: 'numbers',
    subject,
    isLive,
    open: (onValue) =>
      engine.onFlow((flow) => {
        if (matches(flow)) onValue(isSize ? flow.bytes : flow.records);
      }),
  };
}

function profileTap(engine: Engine, name: string, slot: number): SampleTap {
  return {
    kind: 'samples',
    measures: 'amounts',
    name,
    gives: 'named numbers',
    subject: `slot ${slot}`,
    isLive: () => engine.streamCosts(slot) !== null,
    leastMs: PROFILE_MS,
    open: () => profileSampler(engine, slot),
  };
}

/** @param slot null: all that happens in the engine */
function debugTap(engine: Engine, name: string, slot: number | null): EventTap {
  return {
    kind: 'events',
    name,
    gives: 'texts',
    subject: null,
    isLive: () => true,
    open(onValue: (value: TapValue) => void) {
      const endTraces = engine.onTrace((trace) => {
        if (slot === null) onValue(trace.slot === null ? trace.text : `slot ${trace.slot}: ${trace.text}`);
        else if (trace.slot === slot) onValue(trace.text);
      });
      const endMessages = engine.onMessage((message) => {
        const text = textOf(message, slot);
        if (text !== null) onValue(text);
      });
      return () => {
        endTraces();
        endMessages();
      };
    },
  };
}

function textOf(message: EngineMessage, slot: number | null): string | null {
  if (message.type === 'engine-config') {
    const { item, op, ref } = message;
    if (slot !== null && !(item === 'stream' && ref === slot)) return null;
    return ref === undefined ? `${item}: ${op}` : `${item} ${ref}: ${op}`;
  }
  if (slot !== null) return null;
  if (message.type === 'engine-state') return `state is ${message.state}`;
  return message.type === 'log' ? masked(message.text) : null;
}
