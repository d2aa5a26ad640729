"""Seconds for a number of update and read pairs of one value, kept elsewhere: python3 pairs.py WHAT PAIRS"""

import multiprocessing
import os
import sqlite3
import sys
import tempfile
from time import perf_counter


def plain_dict(pairs):
    values = {'hot': 0}

    def increment(v):
        return v + 1

    since = perf_counter()
    for _ in range(pairs):
        values['hot'] = increment(values['hot'])
        values['hot']
    return perf_counter() - since


def manager_and_lock(pairs):
    with multiprocessing.Manager() as manager:
        values, lock = manager.dict(hot=0), manager.Lock()
        since = perf_counter()
        for _ in range(pairs):
            with lock:
                values['hot'] = values['hot'] + 1
            values['hot']
        return perf_counter() - since


def sqlite(pairs):
    with tempfile.TemporaryDirectory() as folder:
        db = sqlite3.connect(os.path.join(folder, 'db'), isolation_level=None)
        db.execute('PRAGMA journal_mode = WAL')
        db.execute('PRAGMA synchronous = OFF')
        db.execute('CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER)')
        db.execute("INSERT INTO state VALUES ('hot', 0)")
        since = perf_counter()
        for _ in range(pairs):
            db.execute("UPDATE state SET value = value + 1 WHERE name = 'hot'")
            db.execute("SELECT value FROM state WHERE name = 'hot'").fetchone()
        seconds = perf_counter() - since
        db.close()
        return seconds


def redis_watch(pairs):
    import redis

    client = redis.Redis(unix_socket_path=os.environ['REDIS_SOCKET'])
    client.set('hot', 0)
    since = perf_counter()
    for _ in range(pairs):
        with client.pipeline() as pipe:
            while True:
                try:
                    pipe.watch('hot')
                    value = int(pipe.get('hot'))
                    pipe.multi()
                    pipe.set('hot', value + 1)
                    pipe.execute()
                    break
                except redis.WatchError:
                    continue
        client.get('hot')
    return perf_counter() - since


if __name__ == '__main__':
    print(globals()[sys.argv[1]](int(sys.argv[2])))
