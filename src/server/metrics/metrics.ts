import type { Registry } from 'prom-client';
import type { Engine } from '../../engine/types.ts';
import { release } from '../../util/release.ts';
import { ENGINE_METRICS, valuesOf } from './engine-metrics.ts';

/** The engines, and this process, in the text format of Prometheus. Nothing is measured before the first call. */
export class Metrics {
  #process: Registry | null = null;

  /** @param engines by the names that they are shown by */
  async text(engines: ReadonlyMap<string, Engine>): Promise<{ readonly contentType: string; readonly body: string }> {
    const prometheus = await import('prom-client');
    if (this.#process === null) {
      this.#process = new prometheus.Registry();
      prometheus.collectDefaultMetrics({ register: this.#process });
      const about = {
        name: 'fastscore_info',
        help: 'The release',
        labelNames: ['release'],
        registers: [this.#process],
      };
      new prometheus.Gauge(about).set({ release }, 1);
    }
    const registry = new prometheus.Registry();
    const statuses = new Map([...engines].map(([name, engine]) => [name, engine.status()]));
    for (const metric of ENGINE_METRICS) {
      const values = valuesOf(metric, statuses);
      const labelNames = [...new Set(['engine', ...values.flatMap(([, labels]) => Object.keys(labels))])];
      const options = { name: `fastscore_${metric.name}`, help: metric.help, labelNames, registers: [registry] };
      if (metric.type === 'counter') {
        const counter = new prometheus.Counter(options);
        for (const [value, labels] of values) counter.inc(labels, value);
      } else {
        const gauge = new prometheus.Gauge(options);
        for (const [value, labels] of values) gauge.set(labels, value);
      }
    }
    return { contentType: registry.contentType, body: `${await registry.metrics()}\n${await this.#process.metrics()}` };
  }
}
