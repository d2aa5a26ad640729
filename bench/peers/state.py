"""Pairs of an update and a read of values that are kept elsewhere: python3 state.py STORE [PORT OF REDIS]

Every update reads the value, calls a Python function and stores what it returned, and none is lost; only Lua and the
Ray actor work where the value is, which is the best that they can do.
"""

import json
import multiprocessing
import os
import random
import shutil
import sqlite3
import sys
import tempfile
from itertools import repeat
from time import perf_counter

from answers import answer
from values import COUNT, INITIAL, ITEMS, UPDATE

fork = multiprocessing.get_context('fork')


class PlainDict:
    """A value in the process's own memory: the floor."""

    def prepare(self, keys, initial):
        self.values = dict.fromkeys(keys, initial)

    def pairs(self, keys, value):
        values, update = self.values, UPDATE[value]
        for key in keys:
            values[key] = update(values[key])
            values[key]

    def read(self, key):
        return self.values[key]

    def close(self):
        pass


class ManagerAndLock:
    def prepare(self, keys, initial):
        self.manager = fork.Manager()
        self.values, self.lock = self.manager.dict(dict.fromkeys(keys, initial)), self.manager.Lock()

    def pairs(self, keys, value):
        values, lock, update = self.values, self.lock, UPDATE[value]
        for key in keys:
            with lock:
                values[key] = update(values[key])
            values[key]

    def read(self, key):
        return self.values[key]

    def close(self):
        self.manager.shutdown()


class Sqlite:
    """WAL, nothing synced to disk."""

    def prepare(self, keys, initial):
        self.folder = tempfile.mkdtemp(prefix='fastscore-bench-')
        db = self.connect()
        db.execute('PRAGMA journal_mode = WAL')
        db.execute('CREATE TABLE state (name TEXT PRIMARY KEY, value) WITHOUT ROWID')
        with db:
            db.execute('BEGIN')
            db.executemany('INSERT INTO state VALUES (?, ?)', [(key, pack(initial)) for key in keys])
        db.close()

    def connect(self):
        db = sqlite3.connect(os.path.join(self.folder, 'db'), isolation_level=None, timeout=60)
        db.execute('PRAGMA synchronous = OFF')
        return db

    def pairs(self, keys, value):
        db, update, load = self.connect(), UPDATE[value], unpack(value)
        select, store = 'SELECT value FROM state WHERE name = ?', 'UPDATE state SET value = ? WHERE name = ?'
        for key in keys:
            db.execute('BEGIN IMMEDIATE')
            (stored,) = db.execute(select, (key,)).fetchone()
            db.execute(store, (pack(update(load(stored))), key))
            db.execute('COMMIT')
            load(db.execute(select, (key,)).fetchone()[0])
        db.close()

    def read(self, key):
        (stored,) = self.connect().execute('SELECT value FROM state WHERE name = ?', (key,)).fetchone()
        return json.loads(stored) if isinstance(stored, str) else stored

    def close(self):
        shutil.rmtree(self.folder)


class Lmdb:
    """Nothing synced to disk."""

    def prepare(self, keys, initial):
        import lmdb

        self.folder = tempfile.mkdtemp(prefix='fastscore-bench-')
        env = self.connect()
        with env.begin(write=True) as transaction:
            for key in keys:
                transaction.put(key.encode(), json.dumps(initial).encode())
        env.close()

    def connect(self):
        import lmdb

        return lmdb.open(self.folder, map_size=2**30, sync=False, metasync=False, writemap=True)

    def pairs(self, keys, value):
        env, update = self.connect(), UPDATE[value]
        for key in keys:
            name = key.encode()
            with env.begin(write=True, buffers=False) as transaction:
                transaction.put(name, json.dumps(update(json.loads(transaction.get(name)))).encode())
            with env.begin() as transaction:
                json.loads(transaction.get(name))
        env.close()

    def read(self, key):
        env = self.connect()
        try:
            with env.begin() as transaction:
                return json.loads(transaction.get(key.encode()))
        finally:
            env.close()

    def close(self):
        shutil.rmtree(self.folder)


class RedisWatch:
    def __init__(self, port):
        self.port = int(port)

    def prepare(self, keys, initial):
        client = self.connect()
        client.flushall()
        client.mset({key: pack(initial) for key in keys})

    def connect(self):
        import redis

        return redis.Redis(port=self.port)

    def pairs(self, keys, value):
        import redis

        client, update = self.connect(), UPDATE[value]
        for key in keys:
            with client.pipeline() as pipe:
                while True:
                    try:
                        pipe.watch(key)
                        changed = pack(update(json.loads(pipe.get(key))))
                        pipe.multi()
                        pipe.set(key, changed)
                        pipe.execute()
                        break
                    except redis.WatchError:
                        continue
            json.loads(client.get(key))

    def read(self, key):
        return json.loads(self.connect().get(key))

    def close(self):
        self.connect().flushall()


LUA = {
    'int': "local v = redis.call('GET', KEYS[1]) + 1; redis.call('SET', KEYS[1], v); return v",
    'dict': "local v = cjson.decode(redis.call('GET', KEYS[1])); v.n = v.n + 1; "
    "local t = cjson.encode(v); redis.call('SET', KEYS[1], t); return t",
    'list': "local v = cjson.decode(redis.call('GET', KEYS[1])); v[1] = v[1] + 1; "
    "local t = cjson.encode(v); redis.call('SET', KEYS[1], t); return t",
}


class RedisLua(RedisWatch):
    def pairs(self, keys, value):
        client = self.connect()
        update = client.register_script(LUA[value])
        load = unpack(value)
        for key in keys:
            load(update(keys=[key]))
            load(client.get(key))


class RayActor:
    """An actor that owns the values and updates them itself."""

    def prepare(self, keys, initial):
        os.environ['RAY_USAGE_STATS_ENABLED'] = '0'
        import ray

        ray.init(num_cpus=6, include_dashboard=False, log_to_driver=False, logging_level='ERROR')

        @ray.remote
        class Values:
            def __init__(self, keys, initial):
                self.values = dict.fromkeys(keys, initial)

            def update(self, key):
                self.values[key] += 1
                return self.values[key]

            def read(self, key):
                return self.values[key]

        self.actor = Values.remote(keys, initial)

    def pairs(self, keys, value):
        import ray

        for key in keys:
            ray.get(self.actor.update.remote(key))
            ray.get(self.actor.read.remote(key))

    def at_once(self, plans, value):
        import ray

        actor = self.actor

        @ray.remote
        def work(keys):
            since = perf_counter()
            for key in keys:
                ray.get(actor.update.remote(key))
                ray.get(actor.read.remote(key))
            return since, perf_counter()

        # Workers are started by the first tasks.
        ray.get([work.remote(keys[:10]) for keys in plans])
        return ray.get([work.remote(keys[10:]) for keys in plans])

    def read(self, key):
        import ray

        return ray.get(self.actor.read.remote(key))

    def close(self):
        import ray

        ray.shutdown()


def pack(value):
    return value if isinstance(value, int) else json.dumps(value)


def unpack(value):
    return int if value == 'int' else json.loads


STORES = {
    'dict': PlainDict,
    'manager': ManagerAndLock,
    'sqlite': Sqlite,
    'lmdb': Lmdb,
    'redis-watch': RedisWatch,
    'redis-lua': RedisLua,
    'ray': RayActor,
}


def measure(value, keys, processes, pairs):
    """Seconds from the first pair to the last one of all processes together, each of which does so many."""
    store = STORES[sys.argv[1]](*sys.argv[2:])
    names = {'hot': ['hot'], 'private': [f'own-{i}' for i in range(processes)], 'pool': ITEMS}[keys]
    plans = [plan(keys, pairs, process) for process in range(processes)]
    store.prepare(names, INITIAL[value])
    try:
        times = at_once(store, plans, value)
        total = sum(COUNT[value](store.read(name)) for name in names)
        if total != processes * pairs:
            raise AssertionError(f'{processes * pairs} updates have made {total}')
    finally:
        store.close()
    return {'seconds': max(until for _, until in times) - min(since for since, _ in times)}


def plan(keys, pairs, process):
    if keys == 'pool':
        return random.Random(process).choices(ITEMS, k=pairs)
    return list(repeat('hot' if keys == 'hot' else f'own-{process}', pairs))


def at_once(store, plans, value):
    if len(plans) == 1:
        since = perf_counter()
        store.pairs(plans[0], value)
        return [(since, perf_counter())]
    if hasattr(store, 'at_once'):
        return store.at_once(plans, value)
    start, times = fork.Barrier(len(plans)), fork.SimpleQueue()

    def work(keys):
        start.wait()
        since = perf_counter()
        store.pairs(keys, value)
        times.put((since, perf_counter()))

    workers = [fork.Process(target=work, args=(keys,)) for keys in plans]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
        if worker.exitcode != 0:
            raise RuntimeError(f'a process ended with status {worker.exitcode}')
    return [times.get() for _ in workers]


answer(measure)
