import { describe, expect, it } from 'vitest';
import { useServer } from './server.ts';

const server = useServer();

describe('schemas', () => {
  it('are stored, listed, shown and removed', async () => {
    expect(await server.stdout('schema add amps -v', { stdin: '"int"\n' })).toBe('Schema created\n');
    expect(await server.stdout('schema add amps -', { stdin: '{"type":"int"}' })).toBe('');
    expect(await server.stdout('schema list')).toBe('amps\n');
    expect(await server.stdout('schema list -v')).toBe('Name    Type\n------  ------\namps    Avro\n');
    expect(await server.json('schema list')).toEqual(['amps']);
    expect(await server.stdout('schema show amps')).toBe('{\n  "type": "int"\n}\n');
    expect(await server.json('schema show amps')).toEqual({ type: 'int' });
    expect(await server.stdout('schema remove amps -v')).toBe('Schema removed\n');
    expect(await server.run('schema show amps')).toMatchObject({
      status: 5,
      stderr: "Error: Schema 'amps' not found\nTry: fastscore schema list\n",
    });
    expect(await server.stdout('schema list')).toBe('');
  });

  it('must be JSON', async () => {
    const { status, stderr } = await server.run('schema add amps', { stdin: 'int' });
    expect(status).toBe(2);
    expect(stderr).toMatch(/^Error: Unable to add schema 'amps'\n {2}Caused by: Error: The schema is not JSON: /);
  });
});

describe('streams', () => {
  it('are stored, listed, shown and removed', async () => {
    expect(await server.stdout('stream add in -v', { stdin: '{"Transport":"REST"}' })).toBe('Stream created\n');
    expect(await server.stdout('stream list')).toBe('in\n');
    expect(await server.json('stream list')).toEqual(['in']);
    expect(await server.stdout('stream show in')).toBe('{\n  "Transport": "REST"\n}\n');
    expect(await server.stdout('stream remove in -v')).toBe('Stream removed\n');
    expect(await server.run('stream remove in')).toMatchObject({
      status: 5,
      stderr: "Error: Stream 'in' not found\nTry: fastscore stream list\n",
    });
  });

  it('are edited with their secrets, which are not shown', async () => {
    const secret = '{"Transport":{"Type":"S3","SecretAccessKey":"s3cret"},"Encoding":"json"}';
    await server.stdout('stream add s', { stdin: secret });
    expect(await server.stdout('stream show s')).toContain('"SecretAccessKey": "*****"');
    const env = { EDITOR: 'sed -i s/json/utf-8/' };
    expect(await server.stdout('stream show s -e -v', { env })).toBe('Stream updated\n');
    const stored = JSON.parse(await server.catalog.streams.get('s')) as unknown;
    expect(stored).toEqual({ Transport: { Type: 'S3', SecretAccessKey: 's3cret' }, Encoding: 'utf-8' });
    expect(await server.run('stream show s -e', { env: { EDITOR: 'sed -i s/S3/S4/' } })).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('stars in the place of a secret'),
    });
    expect(await server.run('stream show s -e', { env: { EDITOR: "printf '{' >" } })).toMatchObject({
      status: 2,
      stderr: 'Error: Invalid JSON\n',
    });
  });

  it('are wanted in a file, which who types one is told', async () => {
    const hint = `Hint: Write it to a file, or to stdin: echo '{"Transport":"REST"}' | fastscore stream add s\n`;
    expect(await server.run(['stream', 'add', 's', '{"Transport":"REST"}'])).toMatchObject({
      status: 5,
      stderr: expect.stringContaining(hint),
    });
  });

  it('can be literals, which need no server', async () => {
    expect(await server.stdout('stream show kafka:k1.lab/loads.avro')).toBe(
      [
        '{',
        '  "Transport": {',
        '    "Type": "Kafka",',
        '    "BootstrapServers": [',
        '      "k1.lab:9092"',
        '    ],',
        '    "Topic": "loads"',
        '  },',
        '  "Encoding": "avro-binary"',
        '}',
        '',
      ].join('\n'),
    );
    expect(await server.run('stream show nosuch:x')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('Error: transport tag unknown: nosuch\n'),
    });
  });

  it('are verified, attached, inspected and detached', async () => {
    expect(await server.stdout('stream verify inline:4,6 0')).toBe('The stream descriptor contains no errors\n');
    expect(await server.stdout('stream verify rest: in -v')).toMatch(
      /^\{\n[\s\S]*\}\nThe stream descriptor contains no e/,
    );
    await server.stdout('stream add scores', { stdin: '{"Transport":{"Type":"file","Path":"/x"}}' });
    expect(await server.stdout('stream attach scores 1 -v')).toBe('Stream attached to slot 1\n');
    expect(await server.stdout('stream inspect')).toBe(
      [
        '  Slot  Name    Transport    EOF',
        '------  ------  -----------  -----',
        '     1  scores  file         False',
        '',
      ].join('\n'),
    );
    expect(await server.json('stream inspect')).toMatchObject([{ slot: 1, name: 'scores', eof: false }]);
    expect(await server.json('stream inspect 1')).toMatchObject({ slot: 1, name: 'scores' });
    expect(await server.json('stream inspect 0')).toBeNull();
    expect(await server.stdout('stream inspect in')).toBe('No stream attached to slot 0\n');
    expect(await server.stdout('stream detach 1 -v')).toBe('Stream detached\n');
    expect(await server.stdout('stream detach 1 -v')).toBe('No stream attached to slot 1\n');
  });

  it('that are not stored are told of', async () => {
    expect(await server.run('stream attach nosuch 0')).toMatchObject({
      status: 5,
      stderr: "Error: Stream 'nosuch' not found\nTry: fastscore stream list\n",
    });
  });

  it('of an engine are not the standard streams of a command', async () => {
    expect(await server.run('stream attach - 0')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("Error: '-' is the stdin or stdout of a model file that runs here"),
    });
  });
});
