import type { Readable } from 'node:stream';
import { diffEntries } from '../../../core/snapshot/diff.ts';
import type { Snapshot } from '../../../core/snapshot/format.ts';
import { readSnapshot } from '../../../core/snapshot/read.ts';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { isFile } from '../../read-input.ts';
import { openSnapshotFile } from '../../snapshot-file.ts';
import { findSnapshot } from '../../snapshot-id.ts';
import { differenceDocument, renderDifferences } from '../../state-differences.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['<before>', 'a snapshot: a file, an id or its beginning, or latest'],
    ['[after]', 'another one (default: latest)'],
  ],
  options: { exitCode: ['--exit-code', 'exit status 8 when they differ'] },
  about: 'Prints what leads from one state to the other: `+` added, `-` removed, `~` changed.',
  examples: [
    { line: 'fastscore snapshot diff tally k3v9', text: 'what has changed since' },
    { line: 'fastscore snapshot diff tally old.snapshot new.snapshot --exit-code', text: 'two files' },
  ],
  async run(cli, [model, before, after], { exitCode }) {
    const [old, recent] = [await load(cli, model, before), await load(cli, model, after ?? 'latest')];
    const differences = diffEntries(old.entries, recent.entries);
    cli.out.result(
      { before: old.header.id, after: recent.header.id, differences: differences.map(differenceDocument) },
      renderDifferences(differences, cli.out.colours),
    );
    return exitCode && differences.length > 0 ? 8 : 0;
  },
});

async function load(cli: Cli, model: string, which: string): Promise<Snapshot> {
  return readSnapshot((await isFile(cli.io, which)) ? openSnapshotFile(cli.io, which) : await openStored());

  async function openStored(): Promise<Readable> {
    const client = await cli.client();
    const { id } = await findSnapshot(client, model, which);
    return client.snapshots.contents(model, id);
  }
}
