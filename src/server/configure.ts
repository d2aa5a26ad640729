import type { Configuration } from './configuration.ts';
import type { Fleet } from './fleet.ts';
import { fleetNames, withFleetNames } from './fleet-names.ts';
import type { KafkaSink } from './pneumo/kafka-sink.ts';
import { pneumoBrokers } from './pneumo/kafka-sink.ts';
import type { Pneumo } from './pneumo/pneumo.ts';

export interface Configurable {
  readonly configuration: Configuration;
  readonly fleet: Fleet;
  readonly kafka: KafkaSink;
  readonly pneumo: Pneumo;
}

/**
 * Takes over a configuration, all of it or nothing: the names of the instances, and where Pneumo's messages go.
 * @returns whether it is the first one
 * @throws FastScoreError BAD_INPUT, BAD_DESCRIPTOR
 */
export function configure(server: Configurable, document: Readonly<Record<string, unknown>>): boolean {
  const { configuration, fleet, kafka, pneumo } = server;
  const named = withFleetNames(document);
  const brokers = pneumoBrokers(named);
  const names = fleet.assign(fleetNames(named));
  const isFirst = configuration.set(named);
  kafka.use(brokers);
  if (fleet.rename(names)) pneumo.renamed();
  return isFirst;
}
