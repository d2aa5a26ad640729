import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { findSnapshot } from '../../snapshot-id.ts';

export const command = defineCommand({
  args: [
    ['<model>', 'name of the model'],
    ['[id]', 'id of the snapshot, or its beginning (default: the newest)'],
  ],
  options: {
    resume: [
      '--resume',
      'the next run goes on where the snapshot was taken, instead of at the beginning of its inputs',
    ],
    trust: ['--trust', 'accept Python and R objects of a snapshot that this catalog did not take'],
  },
  about:
    'Replaces all cells and pools of the engine, or changes nothing. The engine must be in state INIT, ' +
    'before or after the model is loaded: `fastscore engine reset` leads there.\n\n' +
    'With --resume inputs are read on from the place that belongs to the snapshot, file outputs are cut back to it, and ' +
    '`begin` does not overwrite the state.',
  examples: [
    { line: 'fastscore snapshot restore tally', text: 'the newest' },
    { line: 'fastscore snapshot restore tally k3v9', text: 'a certain one' },
    { line: 'fastscore snapshot restore tally --resume', text: 'then load the model and attach its streams' },
  ],
  async run(cli, [model, prefix], { trust, resume }) {
    const client = await cli.client();
    const { id } = await findSnapshot(client, model, prefix);
    const contents = await during(`Cannot retrieve snapshot '${id}' contents`, client.snapshots.contents(model, id));
    const restoring = during('Unable to restore model state', client.engine.restore(contents, { trust, resume }));
    await cli.out.progress.while(() => `Restoring snapshot '${id}'`, restoring);
    const loaded = await client.engine.activeModel();
    if (loaded !== null && loaded.name !== model) {
      cli.out.warn(`the snapshot is of model '${model}', the loaded model is '${loaded.name}'`);
    }
    cli.out.done({ id, model, result: 'restored' }, 'Model state restored');
    return 0;
  },
});
