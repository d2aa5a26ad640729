"""The same in Redis: BGSAVE, and DEBUG RELOAD, which saves once more and loads; python3 redis_dump.py PORT"""

import os
import sys
from time import perf_counter, sleep

from answers import answer


def run(items, bytes, path):
    import redis

    server = redis.Redis(port=int(sys.argv[1]))
    server.flushall()
    for at in range(0, items, 10_000):
        server.mset({f'item-{index}': f'{index:0{bytes}d}' for index in range(at, min(items, at + 10_000))})
    since = perf_counter()
    server.bgsave()
    while server.info('persistence')['rdb_bgsave_in_progress']:
        sleep(0.005)
    saved = perf_counter()
    server.execute_command('DEBUG', 'RELOAD', 'NOSAVE')
    return {'save': saved - since, 'load': perf_counter() - saved, 'size': os.path.getsize(path)}


answer(run)
