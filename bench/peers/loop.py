"""A model without an engine: decodes a file of JSON lines, calls the function, encodes to another file.

{"model": "echo" | "sum" | "pool" | "fields", "decode": "batch" | "line", "input": path, "output": path}
"""

import json
from time import perf_counter

from answers import answer

LINES_PER_BATCH = 10_000


def echo():
    return lambda x: x


def sum_up():
    total = 0

    def action(x):
        nonlocal total
        total += x
        return total

    return action


def count_by():
    counts = {}

    def action(x):
        counts[x % 100] = counts.get(x % 100, 0) + 1
        return counts[x % 100]

    return action


def sum_of_fields():
    total = 0

    def action(order):
        nonlocal total
        total += order['amount']
        order['total'] = total
        return order

    return action


MODELS = {'echo': echo, 'sum': sum_up, 'pool': count_by, 'fields': sum_of_fields}


def batches(lines):
    batch = []
    for line in lines:
        batch.append(line)
        if len(batch) == LINES_PER_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def run(model, decode, input, output):
    action = MODELS[model]()
    since = perf_counter()
    with open(input) as lines, open(output, 'w') as out:
        if decode == 'line':
            for line in lines:
                out.write(json.dumps(action(json.loads(line))) + '\n')
        else:
            # One decoder call for many lines, and one write: as fast as the standard library gets.
            for batch in batches(lines):
                records = json.loads(f"[{','.join(batch)}]")
                out.write('\n'.join([json.dumps(action(record)) for record in records]) + '\n')
    return {'seconds': perf_counter() - since}


answer(run)
