import { defineCommand } from '../../command.ts';
import { during } from '../../output/errors.ts';

export const command = defineCommand({
  about: 'What can be tapped at the instance that `fastscore use` has chosen.',
  examples: [{ line: 'fastscore sensor points --engine engine-1', text: '' }],
  async run(cli) {
    const target = await cli.targetName();
    const points = await during('Unable to list tapping points', (await cli.client()).activeSensors(target).points());
    cli.out.confirm(`Sensor tapping points at '${target}':`);
    const indent = cli.out.verbose ? '  ' : '';
    cli.out.result(points, points.map((point) => indent + point).join('\n'));
    return 0;
  },
});
