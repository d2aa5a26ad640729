import type { SensorReportMessage } from '../api/pneumo.ts';
import { FastScoreError } from '../core/errors.ts';
import type { Cli } from './command.ts';

/** Sensors of one command at one instance, and what they report. They are gone when the command ends. */
export interface TemporarySensors {
  readonly reports: AsyncIterable<SensorReportMessage>;
  /** @returns the id under which it reports */
  install(tap: string, settings?: SensorSettings): Promise<number>;
  uninstall(id: number): Promise<void>;
}

export interface SensorSettings {
  readonly activate?: unknown;
  readonly aggregate?: unknown;
  /** Seconds between reports; 0: each event by itself. */
  readonly interval?: number;
}

/**
 * Sensors that end with the command.
 * @param instance whose they are
 */
export async function openTemporarySensors(cli: Cli, instance: string): Promise<TemporarySensors> {
  const client = await cli.client();
  const sensors = client.activeSensors(instance);
  // Before the first sensor, so that no report is missed.
  const subscription = await client.connect.subscribe({ src: instance, type: 'sensor-report' });
  cli.defer(() => subscription.close());
  const mine = new Set<number>();
  cli.defer(async () => {
    await Promise.all([...mine].map(uninstall));
  });

  async function uninstall(id: number): Promise<void> {
    mine.delete(id);
    await sensors.uninstall(id).catch(ignoreMissing);
  }

  async function* reports(): AsyncGenerator<SensorReportMessage> {
    for await (const message of subscription) {
      if (message.type === 'sensor-report' && mine.has(message.id)) yield message;
    }
  }

  return {
    reports: { [Symbol.asyncIterator]: reports },
    async install(tap, { activate = 'permanent', aggregate = 'sum', interval = 1 } = {}) {
      const id = await sensors.install({
        Tap: tap,
        Activate: activate,
        Aggregate: aggregate,
        Sink: 'pneumo',
        Report: { Interval: interval },
      });
      mine.add(id);
      return id;
    },
    uninstall,
  };
}

/** The engine may have been reset or ended meanwhile. */
function ignoreMissing(error: unknown): void {
  if (error instanceof FastScoreError && (error.kind === 'missing' || error.kind === 'unreachable')) return;
  throw error;
}
