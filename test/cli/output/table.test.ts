import { expect, it } from 'vitest';
import { renderTable } from '../../../src/cli/output/table.ts';

it('renders a table in the look of 1.10', () => {
  const rows = [
    ['gain', 'python3'],
    ['echo', 'R'],
  ];
  expect(renderTable(['Name', 'Type'], rows)).toBe(
    ['Name    Type', '------  -------', 'gain    python3', 'echo    R'].join('\n'),
  );
});

it('renders a header and dashes without rows', () => {
  expect(renderTable(['Name', 'Type'], [])).toBe('Name    Type\n------  ------');
});

it('aligns integer columns and their headers to the right', () => {
  const columns = [{ title: 'Slot', integer: true } as const, 'Name'];
  expect(renderTable(columns, [['0', 'in']])).toBe('  Slot  Name\n------  ------\n     0  in');
});

it('takes no width for colours', () => {
  const rows = [['\u001b[92mok\u001b[0m', 'x']];
  expect(renderTable(['Health', 'Y'], rows)).toBe('Health    Y\n--------  ---\n\u001b[92mok\u001b[0m        x');
});

it('renders what looks like a number as it is', () => {
  expect(renderTable(['Release'], [['1.10']])).toBe('Release\n---------\n1.10');
});
