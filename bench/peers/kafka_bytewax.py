"""A dataflow of Bytewax from topic to topic: BOOTSTRAP echo|sum INPUT OUTPUT GROUP."""

import json
import sys

bootstrap, model, source, target, group = sys.argv[1:]

try:
    import bytewax.operators as op
    from bytewax.connectors.kafka import KafkaSinkMessage
    from bytewax.connectors.kafka import operators as kafka
    from bytewax.dataflow import Dataflow
    from bytewax.testing import run_main
    from confluent_kafka import OFFSET_BEGINNING
except ImportError as error:
    sys.exit(f'{error.name} is not installed (npm run bench:setup)')


def add(total, value):
    total = (total or 0) + value
    return total, total


flow = Dataflow('kafka')
messages = kafka.input('in', flow, brokers=[bootstrap], topics=[source], starting_offset=OFFSET_BEGINNING, batch_size=1000)
values = op.map('decode', messages.oks, lambda message: ('all', json.loads(message.value)))
if model == 'sum':
    values = op.stateful_map('sum', values, add)
encoded = op.map('encode', values, lambda keyed: KafkaSinkMessage(None, json.dumps(keyed[1]).encode()))
kafka.output('out', encoded, brokers=[bootstrap], topic=target, add_config={'acks': 'all', 'enable.idempotence': 'true'})
run_main(flow)
