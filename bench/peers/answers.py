"""Answers a line of JSON on stdin with a line of JSON on stdout; see bench/peers.mjs."""

import json
import sys

#: Status that stands for "something is not installed".
MISSING = 69


def answer(function):
    for line in sys.stdin:
        try:
            reply = function(**json.loads(line))
        except ImportError as error:
            sys.stderr.write(f'{error.name} is not installed (npm run bench:setup)\n')
            sys.exit(MISSING)
        print(json.dumps(reply), flush=True)
