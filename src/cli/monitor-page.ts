import type { JobStatus } from '../api/shapes.ts';
import type { Colours } from './output/colours.ts';
import { printableLine } from './output/printable.ts';

const WIDTH = 50;
const MEBIBYTE = 1024 * 1024;

/** What the monitor shows. Rates are null before there are two counts to compare. */
export interface MonitorPage {
  readonly engine: string;
  readonly state: string;
  readonly model: { readonly name: string; readonly type: string } | null;
  readonly streams: readonly {
    readonly slot: number;
    readonly name: string;
    readonly eof: boolean;
    readonly rps: number | null;
    readonly mbps: number | null;
  }[];
  readonly jets: readonly {
    readonly number: number;
    readonly pid: number;
    readonly input: number | null;
    readonly output: number | null;
  }[];
}

/** Makes rates of counts that are looked at again and again. */
export class MonitorRates {
  #counts = new Map<string, number>();
  #taken = 0;

  take(engine: string, status: JobStatus, nowMs: number): MonitorPage {
    const before = this.#counts;
    const seconds = (nowMs - this.#taken) / 1000;
    const counts = new Map<string, number>();
    const rate = (key: string, count: number): number | null => {
      counts.set(key, count);
      const previous = before.get(key);
      // A count that has become smaller is that of another run.
      return previous === undefined || count < previous ? null : (count - previous) / seconds;
    };
    const page = {
      engine,
      state: status.state.toUpperCase(),
      model: status.model === null ? null : { name: status.model.name, type: status.model.type },
      streams: status.slots.flatMap(({ slot, stream, records, bytes }) => {
        if (stream === null) return [];
        const rps = rate(`slot ${slot} records`, records);
        const bps = rate(`slot ${slot} bytes`, bytes);
        return [{ slot, name: stream.name, eof: stream.eof, rps, mbps: bps === null ? null : bps / MEBIBYTE }];
      }),
      jets: status.jets.map(({ number, pid, records, output_records }) => ({
        number,
        pid,
        input: rate(`jet ${pid} in`, records),
        output: rate(`jet ${pid} out`, output_records),
      })),
    };
    this.#counts = counts;
    this.#taken = nowMs;
    return page;
  }
}

/** The page in the layout of FastScore 1.10. */
export function renderMonitor({ engine, state, model, streams, jets }: MonitorPage, colours: Colours): string {
  const paint = state === 'RUNNING' ? colours.green : state === 'ERROR' ? colours.red : (text: string) => text;
  return [
    '='.repeat(WIDTH),
    `Engine: ${engine} [${paint(state)}]`,
    `Model:  ${model === null ? '(not-loaded)' : `${printableLine(model.name)} (${model.type})`}`,
    '',
    'Stream',
    '-'.repeat(WIDTH),
    ...streams.map(({ slot, name, eof, rps, mbps }) =>
      [
        printableLine(name).slice(0, 14).padEnd(14),
        `${slot % 2 === 0 ? 'I' : 'O'}:${slot}`.padEnd(4),
        (eof ? 'EOF' : '').padEnd(3),
        amount(rps, 'rps').padStart(13),
        (mbps === null ? '-' : `${mbps.toFixed(1)} mbps`).padStart(12),
      ]
        .join(' ')
        .trimEnd(),
    ),
    '',
    jetLine('Jet', 'Input', 'Output'),
    '-'.repeat(WIDTH),
    ...jets.map(({ number, pid, input, output }) =>
      jetLine(`${number} (${pid})`, amount(input, 'rps'), amount(output, 'rps')),
    ),
  ].join('\n');
}

const jetLine = (jet: string, input: string, output: string): string =>
  `${jet.padEnd(20)} ${input.padStart(16)} ${output.padStart(12)}`;

const amount = (value: number | null, unit: string): string =>
  value === null ? '-' : `${Math.round(value).toLocaleString('en-US')} ${unit}`;
