import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { FastScoreError } from '../../src/core/errors.ts';
import { expandLiteral, isLiteral, parseLiteral } from '../../src/streams/literal.ts';

test.each([
  ['rest:', 'REST', 'json'],
  ['rest-chunked:', { Type: 'REST', Mode: 'chunked' }, 'json'],
  ['discard:', 'discard', 'json'],
  ['file:/data/in', { Type: 'file', Path: '/data/in' }, 'json'],
  ['file:/data/in.json', { Type: 'file', Path: '/data/in.json' }, 'json'],
  ['file:/data/in.jsons', { Type: 'file', Path: '/data/in.jsons' }, 'json'],
  ['file:/data/in.csv', { Type: 'file', Path: '/data/in.csv' }, 'json'],
  ['file:/data/in.utf8', { Type: 'file', Path: '/data/in.utf8' }, 'utf8'],
  ['file:/data/in.bin', { Type: 'file', Path: '/data/in.bin' }, null],
  ['file:/data/in.avro', { Type: 'file', Path: '/data/in.avro' }, 'avro-binary'],
  ['file:/data/a b:c,d', { Type: 'file', Path: '/data/a b:c,d' }, 'json'],
  ['exec:score.sh --all', { Type: 'exec', Run: 'score.sh --all' }, 'json'],
  ['inline:1,2,3', { Type: 'inline', Data: ['1', '2', '3'] }, 'json'],
  ['inline:', { Type: 'inline', Data: [''] }, 'json'],
  ['inline:"a:b"', { Type: 'inline', Data: ['"a:b"'] }, 'json'],
  ['inline:{"a":1,"b":2}', { Type: 'inline', Data: ['{"a":1,"b":2}'] }, 'json'],
  ['inline:{"a":1,"b":[2,3]},4', { Type: 'inline', Data: ['{"a":1,"b":[2,3]}', '4'] }, 'json'],
  ['inline:[1,2],[3,[4,5]]', { Type: 'inline', Data: ['[1,2]', '[3,[4,5]]'] }, 'json'],
  ['inline:"a,b","c\\",d",e', { Type: 'inline', Data: ['"a,b"', '"c\\",d"', 'e'] }, 'json'],
  ['inline:"[",{"}":"{,"},1', { Type: 'inline', Data: ['"["', '{"}":"{,"}', '1'] }, 'json'],
  ['inline:{"$fastscore":"pig","id":7},1', { Type: 'inline', Data: ['{"$fastscore":"pig","id":7}', '1'] }, 'json'],
  ['inline:{a:1,b:2}', { Type: 'inline', Data: ['{a:1,b:2}'] }, 'json'],
  ['inline:5",6,[7', { Type: 'inline', Data: ['5"', '6', '[7'] }, 'json'],
  ['inline:[1,2},3', { Type: 'inline', Data: ['[1', '2}', '3'] }, 'json'],
  ['inline:%7b"a":1,"b":2},3', { Type: 'inline', DataBinary: ['eyJhIjoxLCJiIjoyfQ==', 'Mw=='] }, 'json'],
  ['inline:{"a":"50%","b":2}', { Type: 'inline', DataBinary: ['eyJhIjoiNTAlIiwiYiI6Mn0='] }, 'json'],
  ['inline:%01%2c,é', { Type: 'inline', DataBinary: ['AQ==', '', 'w6k='] }, 'json'],
  ['inline:100%,a', { Type: 'inline', DataBinary: ['MTAwJQ==', 'YQ=='] }, 'json'],
  ['inline-chunked:a,b', { Type: 'inline', Data: 'a,b' }, 'json'],
  ['inline-chunked:%06abc', { Type: 'inline', DataBinary: 'BmFiYw==' }, 'json'],
  ['http://h/d', { Type: 'HTTP', Url: 'http://h/d' }, 'json'],
  ['https://h/d.avro', { Type: 'HTTP', Url: 'https://h/d.avro' }, 'avro-binary'],
  ['https://h/d.json?x=1.bin', { Type: 'HTTP', Url: 'https://h/d.json?x=1.bin' }, null],
  ['kafka:k1/loads', { Type: 'Kafka', BootstrapServers: ['k1:9092'], Topic: 'loads' }, 'json'],
  ['kafka:k1.lab:99/a.b.avro', { Type: 'Kafka', BootstrapServers: ['k1.lab:99'], Topic: 'a.b' }, 'avro-binary'],
  ['tcp:h:12', { Type: 'TCP', Host: 'h', Port: 12 }, 'json'],
  ['tcp::12', { Type: 'TCP', Host: '0.0.0.0', Port: 12 }, 'json'],
  ['udp:10.0.0.1:12', { Type: 'UDP', Port: 12, Host: '10.0.0.1' }, 'json'],
  ['udp::12', { Type: 'UDP', Port: 12 }, 'json'],
])('%s stands for its transport and encoding', (text, transport, encoding) => {
  expect(parseLiteral(text)).toEqual({ Transport: transport, Encoding: encoding });
});

test.each([
  ['rest:x', 'rest', 'rest:'],
  ['rest-chunked:x', 'rest-chunked', 'rest-chunked:'],
  ['discard:x', 'discard', 'discard:'],
  ['file:in.json', 'file', 'file:/path/to/mydata.json'],
  ['file:', 'file', 'file:/path/to/mydata.json'],
  ['exec: ', 'exec', 'exec:myscript.sh'],
  ['http:', 'http', 'https://myhost.com/mydata.json'],
  ['kafka:k1', 'kafka', 'kafka:mybroker:9092/topic.json'],
  ['kafka:k1/a/b', 'kafka', 'kafka:mybroker:9092/topic.json'],
  ['kafka:k1/.avro', 'kafka', 'kafka:mybroker:9092/topic.json'],
  ['tcp:h', 'tcp', 'tcp:myhost.com:1234'],
  ['udp:h:x', 'udp', 'udp:10.0.0.1:124'],
])('%s is refused with a valid example', (text, tag, example) => {
  expect(() => parseLiteral(text)).toThrow(
    new FastScoreError('BAD_DESCRIPTOR', `literal descriptor parse error (a valid ${tag} literal example: ${example})`),
  );
});

test('JSON values with commas between them are an item each', () => {
  fc.assert(
    fc.property(fc.array(fc.json(), { minLength: 1 }), (values) => {
      fc.pre(!values.join(',').includes('%'));
      expect(parseLiteral(`inline:${values.join(',')}`).Transport).toEqual({ Type: 'inline', Data: values });
    }),
  );
});

test('tags are case-sensitive, and what is not one is named without what follows it', () => {
  expect(() => parseLiteral('REST:')).toThrow('transport tag unknown: REST');
  expect(() => parseLiteral('db://ann:secret@host')).toThrow(/^transport tag unknown: db$/);
  expect(() => parseLiteral('discard')).toThrow('discard is not a literal descriptor');
});

test('a word is a literal when it has a colon, else the name of a stream', () => {
  expect(isLiteral('discard:')).toBe(true);
  expect(isLiteral('discard')).toBe(false);
  expect(isLiteral('-')).toBe(false);
});

test('an expanded literal has the name of an inline stream', () => {
  const { name, descriptor } = expandLiteral('rest:');
  expect(name).toMatch(/^inline-\d{1,7}$/);
  expect(descriptor).toEqual({ Transport: 'REST', Encoding: 'json' });
});

test('inline records keep their bytes, percent-encoded or not', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1 }), (records) => {
      const plain = records.map((record) => record.replaceAll(/[%,]/g, ''));
      expect(parseLiteral(`inline:${plain.join(',')}`).Transport).toEqual({ Type: 'inline', Data: plain });
      const encoded = `%20,${plain.map(percentEncode).join(',')}`;
      const { DataBinary } = parseLiteral(`inline:${encoded}`).Transport as { DataBinary: string[] };
      expect(DataBinary.slice(1).map((item) => Buffer.from(item, 'base64').toString())).toEqual(plain);
    }),
  );
});

function percentEncode(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}
