"""The floor: decodes all integers of a file at once, adds them up, writes each sum. python3 bare-loop.py IN OUT"""

import json
import sys
from time import perf_counter

since = perf_counter()
with open(sys.argv[1], 'rb') as file:
    records = json.loads(b'[' + file.read()[:-1].replace(b'\n', b',') + b']')
state = {'total': 0}


def action(x):
    state['total'] += x
    yield state['total']


outputs = []
for record in records:
    outputs.extend(action(record))
with open(sys.argv[2], 'w') as file:
    file.write(json.dumps(outputs)[1:-1].replace(', ', '\n') + '\n')
print(perf_counter() - since)
