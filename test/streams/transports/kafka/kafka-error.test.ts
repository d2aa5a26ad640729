import { expect, test } from 'vitest';
import { isTooLarge, toKafkaError } from '../../../../src/streams/transports/kafka/kafka-error.ts';

test.each([
  ['Unknown topic orders.', /create it, or correct 'Topic'/],
  ['connect ECONNREFUSED 10.0.0.1:9092', /advertised\.listeners/],
  ['getaddrinfo ENOTFOUND kafka-0', /'BootstrapServers'/],
])('%s comes with what to do', (reason, hint) => {
  const wrapped = new Error('Metadata failed 2 times.', { cause: new AggregateError([new Error(reason)], '') });
  expect(toKafkaError(wrapped)).toMatchObject({ code: 'STREAM_FAILED', message: reason });
  expect(String(toKafkaError(wrapped).hint)).toMatch(hint);
});

test('only what is too large is parted', () => {
  const [large, other] = ['MESSAGE_TOO_LARGE: more than the max', 'NOT_LEADER: try again'].map(
    (text) => new Error(text),
  );
  expect([isTooLarge(large), isTooLarge(other)]).toEqual([true, false]);
});
