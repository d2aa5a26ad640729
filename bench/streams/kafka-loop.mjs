import { randomUUID } from 'node:crypto';
import { Consumer, Producer } from '@platformatic/kafka';

/** Most records in one request. */
const MOST = 5000;

/** The least that can be done with the client that the engine uses: take, add up or leave alone, send. */
export async function startLoop(bootstrap, { model, input, output }) {
  const common = { clientId: 'loop', bootstrapBrokers: [bootstrap] };
  const consumer = new Consumer({
    ...common,
    groupId: randomUUID(),
    autocommit: false,
    minBytes: 1,
    maxBytes: 4 * 1024 * 1024,
    maxWaitTime: 500,
    highWaterMark: MOST,
  });
  const producer = new Producer({ ...common, acks: -1, idempotent: true });
  const stream = await consumer.consume({ topics: [input], mode: 'earliest' });
  let isOver = false;
  let total = 0;
  const apply = (value) => {
    if (model === 'echo') return value;
    total += JSON.parse(value.toString());
    return Buffer.from(JSON.stringify(total));
  };
  const work = async () => {
    for await (const first of stream) {
      const messages = [{ topic: output, partition: 0, value: apply(first.value) }];
      for (let next = stream.read(); next !== null; next = messages.length < MOST ? stream.read() : null) {
        messages.push({ topic: output, partition: 0, value: apply(next.value) });
      }
      await producer.send({ messages, acks: -1, idempotent: true });
      if (isOver) return;
    }
  };
  const failed = work().then(() => new Promise(() => {}));
  failed.catch(() => {});
  const stop = async () => {
    isOver = true;
    await Promise.allSettled([consumer.close(true), producer.close(true)]);
  };
  return { failed, stop };
}
