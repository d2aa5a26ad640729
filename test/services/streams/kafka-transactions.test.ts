import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { OutputPosition, OutputStream } from '../../../src/streams/types.ts';
import { openTestOutput } from '../../conformance/streams/output-transports.ts';
import { recordsOf } from '../../streams/read-all.ts';
import type { Broker } from './kafka-broker.ts';
import { committedValues, createTopic, startBroker } from './kafka-broker.ts';

let broker: Broker;
beforeAll(async () => {
  broker = await startBroker();
});
afterAll(() => broker.stop());

const texts = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => String(from + i));

async function newOutput(): Promise<{
  open: (position?: OutputPosition) => Promise<OutputStream>;
  committed: () => Promise<string[]>;
}> {
  const topic = await createTopic(broker);
  const id = randomUUID();
  const json = { Type: 'Kafka', BootstrapServers: [broker.bootstrap], Topic: topic, TransactionalId: id };
  return {
    open: (position) => openTestOutput({ Transport: json }, position === undefined ? {} : { position }),
    committed: () => committedValues(broker, topic),
  };
}

const write = (stream: OutputStream, from: number, to: number): Promise<number> =>
  stream.write(recordsOf('json', texts(from, to)));

/** As the engine does for a snapshot that is saved. */
async function snapshot(stream: OutputStream): Promise<OutputPosition> {
  const position = stream.checkpoint!.position();
  await stream.checkpoint!.prepare();
  await stream.checkpoint!.settle!(true);
  return position;
}

test('readers of what is committed see what belongs to a snapshot, and the rest at the end', async () => {
  const { open, committed } = await newOutput();
  const stream = await open();
  await write(stream, 0, 10);
  expect(await committed()).toEqual([]);
  await snapshot(stream);
  await write(stream, 10, 15);
  expect(await committed()).toEqual(texts(0, 10));
  await stream.close();
  expect(await committed()).toEqual(texts(0, 15));
});

test('a run that goes on takes back what was not committed', async () => {
  const { open, committed } = await newOutput();
  const killed = await open();
  await write(killed, 0, 10);
  const position = await snapshot(killed);
  await write(killed, 10, 15);
  const second = await open(position);
  await write(second, 10, 20);
  await second.close();
  expect(await committed()).toEqual(texts(0, 20));
});

test('a snapshot that was saved before its transaction was committed is made up for, once', async () => {
  const { open, committed } = await newOutput();
  const killed = await open();
  await write(killed, 0, 4);
  await snapshot(killed);
  await write(killed, 4, 10);
  const position = killed.checkpoint!.position();
  await killed.checkpoint!.prepare();
  await open(position);
  const third = await open(position);
  await killed.checkpoint!.settle!(false);
  await write(third, 10, 20);
  await third.close();
  expect(await committed()).toEqual(texts(0, 20));
});

test('what comes after a snapshot waits until that is saved or given up', async () => {
  const { open, committed } = await newOutput();
  const stream = await open();
  await write(stream, 0, 10);
  const { position, prepare, settle } = stream.checkpoint!;
  position();
  let isThrough = false;
  const later = write(stream, 10, 15).then(() => {
    isThrough = true;
  });
  await prepare();
  expect(isThrough).toBe(false);
  await settle!(false);
  await later;
  expect(await committed()).toEqual([]);
  await stream.close();
  expect(await committed()).toEqual(texts(0, 15));
});

test('an older snapshot goes on behind all that was committed since', async () => {
  const { open, committed } = await newOutput();
  const first = await open();
  await write(first, 0, 10);
  const position = await snapshot(first);
  await write(first, 10, 20);
  await first.close();
  const second = await open(position);
  await write(second, 10, 15);
  const early = await snapshot(second);
  await write(second, 15, 25);
  await second.close();
  const third = await open(early);
  await write(third, 15, 30);
  await third.close();
  expect(await committed()).toEqual(texts(0, 30));
});

test('whoever takes over a TransactionalId ends the run of the last owner', async () => {
  const { open, committed } = await newOutput();
  const first = await open();
  const onError = vi.fn();
  first.onError(onError);
  await write(first, 0, 10);
  const second = await open();
  await write(first, 10, 20);
  await vi.waitFor(() => expect(onError).toHaveBeenCalled());
  expect(String(onError.mock.calls[0]![0])).toMatch(/was ended by somebody else/);
  await write(second, 0, 5);
  await second.close();
  expect(await committed()).toEqual(texts(0, 5));
});

test('a snapshot of another kind of output is refused', async () => {
  const { open } = await newOutput();
  await expect(open({ record: 3 })).rejects.toThrow(/was not written with TransactionalId/);
});

test('a transaction outlives a broker that is killed and started again', async () => {
  const { open, committed } = await newOutput();
  const stream = await open();
  await write(stream, 0, 10);
  const restarted = broker.restart();
  const written = write(stream, 10, 20);
  await restarted;
  await written;
  await snapshot(stream);
  await write(stream, 20, 30);
  await stream.close();
  expect(await committed()).toEqual(texts(0, 30));
  expect(stream.trouble).toBeNull();
});
