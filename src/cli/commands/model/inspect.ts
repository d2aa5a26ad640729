import type { ActiveModelInfo } from '../../../api/shapes.ts';
import { countLines } from '../../../model/source.ts';
import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';
import { renderTable } from '../../output/table.ts';
import { renderSlotMap } from '../../slot-map.ts';
import { showFrame, WATCH_OPTION } from '../../watch.ts';

export const command = defineCommand({
  options: { watch: WATCH_OPTION },
  examples: [{ line: 'fastscore model inspect', text: 'the model, its slots and its jets' }],
  async run(cli, _args, { watch }) {
    const { engine } = await cli.client();
    return showFrame(cli, watch, async () => {
      const model = await during('Unable to retrieve active model', engine.activeModel());
      if (model === null) return { document: null, text: 'Model not loaded' };
      return { document: documentOf(model), text: render(model) };
    });
  },
});

function documentOf(model: ActiveModelInfo): unknown {
  const { name, mtype, source, slots, attachments, snapshots, jets } = model;
  return { name, mtype, source, slots, attachments, snapshots, jets };
}

function render(model: ActiveModelInfo): string {
  const lines = String(countLines(Buffer.from(model.source)));
  const integer = (title: string) => ({ title, integer: true }) as const;
  return [
    renderTable(['Name', 'Type', integer('SLOC'), 'Snapshots'], [[model.name, model.mtype, lines, model.snapshots]]),
    renderSlotMap(model.slots),
    model.jets.length === 0
      ? 'No jets started'
      : renderTable(
          [integer('Jet #'), integer('Pid'), integer('Sandbox')],
          model.jets.map(({ pid, sandbox }, index) => [String(index + 1), String(pid), sandbox]),
        ),
  ].join('\n\n');
}
