import type { Snapshot } from '../../../core/snapshot/format.ts';
import { readSnapshot } from '../../../core/snapshot/read.ts';
import type { Cli } from '../../command.ts';
import { defineCommand } from '../../command.ts';
import { compareStates } from '../../compare-states.ts';
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
  options: {
    exitCode: ['--exit-code', 'exit status 8 when they differ'],
    trust: ['--trust', 'let R open the objects in snapshot files, to compare them by value'],
  },
  about:
    'Prints what leads from one state to the other: `+` added, `-` removed, `~` changed. Python and R objects are compared ' +
    'by value: Python needs to run nothing of them for that; R opens them, and so it only opens those of your own catalog, ' +
    'or with --trust. What cannot be opened is compared byte by byte.',
  examples: [
    { line: 'fastscore snapshot diff tally k3v9', text: 'what has changed since' },
    { line: 'fastscore snapshot diff tally old.snapshot new.snapshot --exit-code', text: 'two files' },
  ],
  async run(cli, [model, before, after], { exitCode, trust }) {
    const [old, recent] = [await load(cli, model, before), await load(cli, model, after ?? 'latest')];
    const differences = await compareStates(cli, {
      before: old.entries,
      after: recent.entries,
      trusted: trust || (old.isOwn && recent.isOwn),
    });
    cli.out.result(
      { before: old.header.id, after: recent.header.id, differences: differences.map(differenceDocument) },
      renderDifferences(differences, cli.out.colours),
    );
    return exitCode && differences.length > 0 ? 8 : 0;
  },
});

/** `isOwn`: engines of the catalog have taken it, so that it holds what their own jets made. */
async function load(cli: Cli, model: string, which: string): Promise<Snapshot & { readonly isOwn: boolean }> {
  if (await isFile(cli.io, which)) return { ...(await readSnapshot(openSnapshotFile(cli.io, which))), isOwn: false };
  const client = await cli.client();
  const { id } = await findSnapshot(client, model, which);
  const { own = false, sha256 } = await client.snapshots.metadata(model, id);
  const snapshot = await readSnapshot(await client.snapshots.contents(model, id));
  return { ...snapshot, isOwn: own && snapshot.sha256 === sha256 };
}
