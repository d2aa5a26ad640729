"""A model of Quix Streams from topic to topic: BOOTSTRAP echo|sum INPUT OUTPUT GROUP."""

import sys
from tempfile import TemporaryDirectory

bootstrap, model, source, target, group = sys.argv[1:]

try:
    from quixstreams import Application
except ImportError:
    sys.exit('quixstreams is not installed (npm run bench:setup)')


def add(value, state):
    total = state.get('total', 0) + value
    state.set('total', total)
    return total


with TemporaryDirectory() as folder:
    app = Application(
        broker_address=bootstrap,
        consumer_group=group,
        auto_offset_reset='earliest',
        state_dir=folder,
        loglevel='ERROR',
        producer_extra_config={'acks': 'all', 'enable.idempotence': True, 'linger.ms': 0},
    )
    records = app.dataframe(app.topic(source, value_deserializer='json', key_deserializer='bytes'))
    if model == 'sum':
        records = records.apply(add, stateful=True)
    records.to_topic(app.topic(target, value_serializer='json'))
    app.run()
