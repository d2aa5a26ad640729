"""What a model server cannot do without: a line of JSON from a pipe, the function, a line of JSON back."""

import json
import sys

total = 0
for line in sys.stdin:
    total += json.loads(line)
    sys.stdout.write(f'{json.dumps(total)}\n')
    sys.stdout.flush()
