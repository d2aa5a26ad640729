import type { SlotInfo } from '../api/shapes.ts';
import { renderTable } from './output/table.ts';

const LONGEST_SCHEMA = 10;

/** The slots of a model, inputs on the left and outputs on the right. */
export function renderSlotMap(slots: readonly SlotInfo[]): string {
  const inputs = slots.filter(({ slot }) => slot % 2 === 0);
  const outputs = slots.filter(({ slot }) => slot % 2 === 1);
  const rows = Array.from({ length: Math.max(inputs.length, outputs.length) }, (_, index) => [
    ...inputCells(inputs[index]),
    '',
    ...outputCells(outputs[index]),
  ]);
  const slot = { title: 'Slot', integer: true } as const;
  return renderTable([slot, 'Schema', 'Action', 'Recordsets', '', slot, 'Schema', 'Recordsets'], rows);
}

function inputCells(info: SlotInfo | undefined): string[] {
  if (info === undefined) return ['', '', '', ''];
  return [String(info.slot), schemaCell(info.schema), info.action ?? '-', yesNo(info.recordsets)];
}

function outputCells(info: SlotInfo | undefined): string[] {
  if (info === undefined) return ['', '', ''];
  return [String(info.slot), schemaCell(info.schema), yesNo(info.recordsets)];
}

/** A long schema would tear the table apart: five stars stand for it. */
function schemaCell(schema: unknown): string {
  if (schema === null || schema === undefined) return '-';
  const text = JSON.stringify(schema);
  return text.length <= LONGEST_SCHEMA ? text : '*****';
}

const yesNo = (flag: boolean): string => (flag ? 'Yes' : 'No');
