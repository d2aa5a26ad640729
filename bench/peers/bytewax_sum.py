"""The sum of integers in a dataflow of Bytewax, from file to file, one worker; {"input": path, "output": path}."""

import json
from time import perf_counter

from answers import answer


def run(input, output):
    import bytewax.operators as op
    from bytewax.connectors.files import FileSink, FileSource
    from bytewax.dataflow import Dataflow
    from bytewax.testing import run_main

    flow = Dataflow('sum')
    lines = op.input('lines', flow, FileSource(input, batch_size=1000))
    keyed = op.map('decode', lines, lambda line: ('all', json.loads(line)))

    def add(total, x):
        total = (total or 0) + x
        return total, total

    sums = op.stateful_map('sum', keyed, add)
    encoded = op.map('encode', sums, lambda keyed: (keyed[0], json.dumps(keyed[1])))
    op.output('out', encoded, FileSink(output))
    since = perf_counter()
    run_main(flow)
    return {'seconds': perf_counter() - since}


answer(run)
