"""The model that gives back what it gets, without an engine, in a loop of one encoding: {"format", "input", "output"}."""

import csv
import json
from time import perf_counter

from answers import answer

ORDER = {
    'type': 'record',
    'name': 'Order',
    'fields': [
        {'name': 'id', 'type': 'long'},
        {'name': 'name', 'type': 'string'},
        {'name': 'amount', 'type': 'double'},
        {'name': 'paid', 'type': 'boolean'},
        {'name': 'country', 'type': 'string'},
        {'name': 'weight', 'type': 'double'},
    ],
}
SIZE = 160


def action(record):
    yield record


def outputs(records):
    for record in records:
        yield from action(record)


def text_lines(source, out):
    for record in outputs(line.rstrip(b'\n').decode() for line in source):
        out.write(record.encode() + b'\n')


def json_lines(source, out):
    for record in outputs(map(json.loads, source)):
        out.write(json.dumps(record).encode() + b'\n')


def json_fixed(source, out):
    blocks = iter(lambda: source.read(SIZE), b'')
    for record in outputs(json.loads(block.rstrip(b'\0')) for block in blocks):
        out.write(json.dumps(record).encode().ljust(SIZE, b'\0'))


def csv_typed(row):
    id, name, amount, paid, country, weight = row
    return {
        'id': int(id),
        'name': name,
        'amount': float(amount),
        'paid': paid == 'true',
        'country': country,
        'weight': float(weight),
    }


def csv_rows(has_header):
    def run(source, out):
        rows = csv.reader(line.decode() for line in source)
        if has_header:
            out.write(','.join(next(rows)).encode() + b'\n')

        class Out:
            write = staticmethod(lambda text: out.write(text.encode()))

        writer = csv.writer(Out, lineterminator='\n')
        for record in outputs(map(csv_typed, rows)):
            writer.writerow([str(x).lower() if x is True or x is False else x for x in record.values()])

    return run


def msgpack_values(source, out):
    import msgpack

    packer = msgpack.Packer()
    for record in outputs(msgpack.Unpacker(source)):
        out.write(packer.pack(record))


def msgpack_fixed(source, out):
    import msgpack

    packer = msgpack.Packer()

    def values():
        for block in iter(lambda: source.read(SIZE), b''):
            unpacker = msgpack.Unpacker()
            unpacker.feed(block)
            yield unpacker.unpack()

    for record in outputs(values()):
        out.write(packer.pack(record).ljust(SIZE, b'\0'))


def avro_values(source, out):
    import fastavro

    schema = fastavro.parse_schema(ORDER)

    def values():
        # schemaless_reader does not tell the end of the file from a broken datum.
        while source.peek(1):
            yield fastavro.schemaless_reader(source, schema)

    for record in outputs(values()):
        fastavro.schemaless_writer(out, schema, record)


def avro_container(codec):
    def run(source, out):
        import fastavro

        fastavro.writer(out, fastavro.parse_schema(ORDER), outputs(fastavro.reader(source)), codec=codec)

    return run


FORMATS = {
    'utf-8, delimited': text_lines,
    'json, delimited': json_lines,
    'json, fixed': json_fixed,
    'csv, delimited': csv_rows(has_header=False),
    'csv, delimited-csv': csv_rows(has_header=True),
    'msgpack, no envelope': msgpack_values,
    'msgpack, fixed': msgpack_fixed,
    'avro-binary, no envelope': avro_values,
    'avro-binary, ocf-block': avro_container('null'),
    'avro-binary, ocf-block, deflate': avro_container('deflate'),
}


def run(format, input, output):
    since = perf_counter()
    with open(input, 'rb', buffering=1 << 20) as source, open(output, 'wb', buffering=1 << 20) as out:
        FORMATS[format](source, out)
    return {'seconds': perf_counter() - since}


answer(run)
