import { EXIT_STATUS } from '../../core/errors.ts';
import { defineCommand } from '../command.ts';
import { checkEngine } from '../doctor/engine.ts';
import type { Finding } from '../doctor/finding.ts';
import { checkPlaces } from '../doctor/places.ts';
import type { Colours } from '../output/colours.ts';
import { printableText } from '../output/printable.ts';

export const command = defineCommand({
  about:
    'Looks at interpreters, directories, disk, your own engine and the server that commands go to, changes nothing, and ' +
    'tells for each thing that is wrong what mends it. Exit status 1: something is wrong.',
  examples: [
    { line: 'fastscore doctor', text: '' },
    { line: 'fastscore doctor --json', text: 'for programs' },
  ],
  async run(cli) {
    const { checkInterpreters } = await import('../doctor/interpreters.ts');
    const looking = Promise.all([checkInterpreters(cli.io), checkPlaces(cli.home, cli.io.env), checkEngine(cli)]);
    const findings = (await cli.out.progress.while(() => 'Looking', looking)).flat();
    const wrong = findings.filter(({ state }) => state === 'wrong').length;
    const verdict = wrong === 0 ? 'Nothing is wrong.' : `${wrong} thing${wrong === 1 ? ' is' : 's are'} wrong.`;
    const lines = findings.map((finding) => render(finding, cli.out.colours));
    cli.out.result({ healthy: wrong === 0, findings }, [...lines, '', verdict].join('\n'));
    return wrong === 0 ? 0 : EXIT_STATUS.failed;
  },
});

function render({ what, state, text, fix }: Finding, colours: Colours): string {
  const paint = { ok: colours.green, note: colours.yellow, wrong: colours.red }[state];
  const line = `${paint(state.padEnd(6))} ${`${what}:`.padEnd(17)} ${printableText(text)}`;
  return fix === undefined ? line : `${line}\n${' '.repeat(7)}Try: ${printableText(fix)}`;
}
