import { Readable, Writable } from 'node:stream';
import type { Io } from '../../src/cli/io.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import type { FastScoreClient } from '../../src/client/client.ts';

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Setting {
  readonly client?: FastScoreClient;
  /** Commands find their server themselves, as they do for people. */
  readonly connects?: true;
  readonly stdin?: string;
  readonly env?: Io['env'];
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** Runs a command line in this process. Without a client in the setting, the command must not need one. */
export async function runCommand(argv: readonly string[], setting: Setting = {}): Promise<Ran> {
  const stdout = collector();
  const stderr = collector();
  const io: Io = {
    stdin: Readable.from(setting.stdin === undefined ? [] : [Buffer.from(setting.stdin)]),
    stdout,
    stderr,
    env: { FASTSCORE_HOME: '/nonexistent', ...setting.env },
    cwd: setting.cwd ?? '/nonexistent',
  };
  const { client } = setting;
  const status = await runCli(argv, io, {
    signal: setting.signal ?? new AbortController().signal,
    ...(setting.connects
      ? {}
      : {
          connect: async () => {
            if (client === undefined) throw new Error(`'${argv.join(' ')}' wants to connect`);
            return client;
          },
        }),
  });
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): Writable & { text(): string } {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk);
      done();
    },
  });
  return Object.assign(stream, { text: () => Buffer.concat(chunks).toString('utf8') });
}
