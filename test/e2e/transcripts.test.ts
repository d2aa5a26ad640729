import { writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { describeWithPython } from '../languages.ts';
import type { Sandbox } from './support/sandbox.ts';
import { openSandbox } from './support/sandbox.ts';
import type { Served } from './support/serve.ts';
import { serve } from './support/serve.ts';
import { readTranscript, typeSection } from './transcripts/transcript.ts';

const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

const FILES = {
  'gain.py3': 'def action(x):\n    yield 3 * x\n',
  'gain2.py': '# fastscore.schema.0: amps\ndef action(x):\n    yield x\n',
  'tally.py3': `# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('sum').init(0)

def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
`,
  'sad.py3': "def action(x):\n    if x == 99:\n        raise ValueError('bad')\n    yield x\n",
  'sensor.json': '{"Tap":"sys.memory"}',
  'notes.txt': 'notes\n',
  'config.yaml': 'fastscore:\n  fleet:\n    - api: engine\n      host: engine-1\n      port: 8003\n',
  'two.yaml': 'fastscore: {fleet: [{api: engine, name: left}, {api: engine}]}',
  'named.yaml': 'fastscore:\n  fleet:\n    - api: engine\n      name: scorer\n      host: 10.0.0.7\n      port: 8003\n',
};

const BLOB = { Envelope: { Type: 'fixed', Size: 24 }, Encoding: null };

const TOKEN = 'correct-horse-battery-staple';

/**
 * What FastScore 1.10 printed, and its exit statuses, with `FASTSCORE_COMPAT=1`; the sections have the numbers of its
 * manual. Most of the time goes into starting processes, so the files are typed at the same time.
 */
describeWithPython.concurrent('the command line of FastScore 1.10', () => {
  describe.concurrent.each(['catalog', 'runs'])('%s', (name) => {
    let box: Sandbox;
    beforeAll(async () => {
      box = await openSandbox(FILES);
      writeFileSync(join(box.directory, 'weights.zip'), EMPTY_ZIP);
      await box.write(
        'blob.json',
        JSON.stringify({ ...BLOB, Transport: { Type: 'file', Path: join(box.directory, 'blob') } }),
      );
      writeFileSync(join(box.directory, 'blob'), Buffer.from(Array.from({ length: 24 }, (_, index) => 0x7e + index)));
    });
    afterAll(() => box.close());

    test.sequential.each(readTranscript(`${name}.console`))('$name', async (section) => {
      expect(await typeSection(section, setting(box))).toEqual(section);
    });
  });

  describe.concurrent('servers', () => {
    let box: Sandbox;
    let servers: Served[];
    beforeAll(async () => {
      box = await openSandbox({ ...FILES, token: TOKEN });
      servers = await Promise.all([
        serve(join(box.home, 'open'), '--engines', '2'),
        serve(join(box.home, 'secure'), '--token-file', join(box.directory, 'token')),
        serve(join(box.home, 'named'), '--config', join(box.directory, 'two.yaml')),
      ]);
    });
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.close()));
      await box.close();
    });

    test.sequential.each(readTranscript('servers.console'))('$name', async (section) => {
      const [open, secure, named] = servers;
      const env = { URL: open!.url, SECURE_URL: secure!.url, NAMED_URL: named!.url, TOKEN };
      expect(await typeSection(section, setting(box, env))).toEqual(section);
    });
  });
});

function setting({ directory, home }: Sandbox, env: Readonly<Record<string, string>> = {}) {
  const PATH = `${join(packageRoot, 'bin')}${delimiter}${process.env.PATH}`;
  return { directory, env: { PATH, FASTSCORE_HOME: home, FASTSCORE_COMPAT: '1', ...env } };
}
