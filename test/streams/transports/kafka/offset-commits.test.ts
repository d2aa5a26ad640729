import { expect, test, vi } from 'vitest';
import type { Committed } from '../../../../src/streams/transports/kafka/group-member.ts';
import { OffsetCommits } from '../../../../src/streams/transports/kafka/offset-commits.ts';
import type { Deferred } from '../../../../src/util/deferred.ts';
import { createDeferred } from '../../../../src/util/deferred.ts';

interface Request extends Deferred<void> {
  readonly offsets: Record<number, number>;
}

/** Commits that are answered when the test says so. */
function open(): { commits: OffsetCommits; requests: Request[]; troubles: (string | null)[] } {
  const requests: Request[] = [];
  const troubles: (string | null)[] = [];
  const commits = new OffsetCommits({
    commit: (offsets: ReadonlyMap<number, Committed>) => {
      const request = {
        ...createDeferred<void>(),
        offsets: Object.fromEntries([...offsets].map(([partition, { offset }]) => [partition, offset])),
      };
      requests.push(request);
      return request.promise;
    },
    onTrouble: (reason) => troubles.push(reason),
  });
  return { commits, requests, troubles };
}

const at = (offset: number): Committed => ({ offset, metadata: '' });

test('there is one request at a time, with the newest offsets of all partitions', async () => {
  const { commits, requests } = open();
  commits.place(0, 0, null);
  commits.place(1, 0, null);
  commits.want(0, at(1));
  commits.want(1, at(5));
  await vi.waitUntil(() => requests.length === 1);
  expect(requests[0]!.offsets).toEqual({ 0: 1, 1: 5 });
  for (const offset of [2, 3, 4]) commits.want(0, at(offset));
  requests[0]!.resolve();
  await vi.waitUntil(() => requests.length === 2);
  expect(requests[1]!.offsets).toEqual({ 0: 4 });
  requests[1]!.resolve();
  await commits.settled();
  expect(requests).toHaveLength(2);
});

test('what has not worked is tried again though nothing new is wanted, and trouble is told until it has', async () => {
  const { commits, requests, troubles } = open();
  commits.place(0, 0, null);
  commits.want(0, at(7));
  for (let i = 0; i < 2; i++) {
    await vi.waitUntil(() => requests.length === i + 1);
    requests[i]!.reject(new Error('away'));
  }
  await vi.waitUntil(() => requests.length === 3);
  requests[2]!.resolve();
  await commits.settled();
  expect(requests.map(({ offsets }) => offsets)).toEqual([{ 0: 7 }, { 0: 7 }, { 0: 7 }]);
  expect(troubles).toEqual(['offsets are not committed: away', 'offsets are not committed: away', null]);
});

test('nothing is committed of what is not ours, was read before it was ours, or is committed already', async () => {
  const { commits, requests } = open();
  commits.place(0, 10, at(10));
  commits.want(0, at(9));
  commits.want(0, at(10));
  commits.want(1, at(3));
  await commits.settled();
  expect(requests).toEqual([]);
});

test('when nothing is ours any more nothing is tried again', async () => {
  const { commits, requests } = open();
  commits.place(0, 0, null);
  commits.want(0, at(1));
  await vi.waitUntil(() => requests.length === 1);
  commits.release();
  requests[0]!.reject(new Error('not yours'));
  await commits.settled();
  expect(requests).toHaveLength(1);
});
