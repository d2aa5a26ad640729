import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Admin, Consumer, Producer } from '@platformatic/kafka';

const BLOCK = 5000;
const ALL = -1;
const LATEST = -1n;

/** The topics of a broker from outside: filled, and watched while somebody else works on them. */
export class KafkaTopics {
  bootstrap;
  #admin;
  #producer;

  constructor(bootstrap) {
    this.bootstrap = bootstrap;
    const common = { clientId: 'bench', bootstrapBrokers: [bootstrap] };
    this.#admin = new Admin(common);
    this.#producer = new Producer({ ...common, acks: ALL });
  }

  async create() {
    const topic = `bench-${randomUUID()}`;
    await this.#admin.createTopics({ topics: [topic], partitions: 1, replicas: 1 });
    const until = performance.now() + 20_000;
    for (;;) {
      try {
        await this.#end(topic);
        return topic;
      } catch (error) {
        if (performance.now() > until) throw error;
        await delay(50);
      }
    }
  }

  /** Small integers. */
  async fill(topic, records) {
    for (let from = 0; from < records; from += BLOCK) {
      const messages = Array.from({ length: Math.min(BLOCK, records - from) }, (_, index) =>
        message(topic, index % 1000),
      );
      await this.#producer.send({ messages, acks: ALL });
    }
  }

  /** @returns records per second, from the first ones in the topic to the last one of so many */
  async rateUntil(topic, records, { longestMs, failed }) {
    const until = performance.now() + longestMs;
    let first = null;
    for (;;) {
      const end = await Promise.race([this.#end(topic), failed]);
      const now = performance.now();
      if (end > 0) first ??= { end, now };
      if (end >= records) return (records - first.end) / ((now - first.now) / 1000);
      if (now > until) throw new Error(`${end} of ${records} records after ${longestMs / 1000} s`);
      await delay(10);
    }
  }

  /** @returns for the second half of so many records how long each took from one topic to the other, in milliseconds */
  async times(input, output, { records, perSecond, longestMs, failed }) {
    const consumer = new Consumer({
      clientId: 'bench',
      bootstrapBrokers: [this.bootstrap],
      groupId: randomUUID(),
      maxWaitTime: 100,
      minBytes: 1,
    });
    const stream = await consumer.consume({ topics: [output], mode: 'earliest' });
    try {
      return await Promise.race([this.#collect(stream, { input, records, perSecond }), failed, tooLong(longestMs)]);
    } finally {
      await consumer.close(true);
    }
  }

  async #collect(stream, { input, records, perSecond }) {
    const times = [];
    const arrived = (async () => {
      let count = 0;
      for await (const { value } of stream) {
        count += 1;
        times.push(performance.now() - JSON.parse(value.toString()));
        if (count === records + 1) return;
      }
    })();
    // The first record waits for whoever has not begun yet.
    await this.#producer.send({ messages: [message(input, performance.now())], acks: ALL });
    while (times.length === 0) await delay(10);
    const since = performance.now();
    for (let sent = 0; sent < records; sent += 1) {
      const early = since + (sent * 1000) / perSecond - performance.now();
      if (early > 1) await delay(early);
      await this.#producer.send({ messages: [message(input, performance.now())], acks: 1 });
    }
    await arrived;
    return times.slice(-records / 2);
  }

  async close() {
    await Promise.allSettled([this.#producer.close(true), this.#admin.close()]);
  }

  async #end(topic) {
    const places = [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: LATEST }] }];
    const [found] = await this.#admin.listOffsets({ topics: places });
    return Number(found.partitions[0].offset);
  }
}

const message = (topic, value) => ({ topic, partition: 0, value: Buffer.from(String(value)) });

async function tooLong(longestMs) {
  await delay(longestMs, undefined, { ref: false });
  throw new Error(`not everything has arrived after ${longestMs / 1000} s`);
}
