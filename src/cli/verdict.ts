import type { VerifyInfo } from '../api/shapes.ts';
import { countLines } from '../model/source.ts';
import { renderTable } from './output/table.ts';
import { renderSlotMap } from './slot-map.ts';

interface CheckedModel {
  readonly name: string;
  readonly mtype: string;
  readonly source: Buffer;
}

/**
 * What the check of a model found, in the words and order of FastScore 1.10.
 * @param verdict the last line
 */
export function renderVerdict(model: CheckedModel, report: VerifyInfo, verdict: string): string {
  const { install_libs: install, warn_libs: warn, attach_libs: attach, snapshots } = report;
  const remarks = [
    ...(install.length > 0 ? [`These libraries will be installed: ${install.join(', ')}.`] : []),
    ...(warn.length > 0 ? [`WARNING: the model imports ${warn.join(', ')}.`] : []),
    ...(attach.length > 0 ? [`Libraries to be found in attachment(s): ${attach.join(', ')}.`] : []),
    ...(snapshots === 'none' ? [] : [`The model snapshots mode is '${snapshots}'`]),
  ];
  const lines = String(countLines(model.source));
  const blocks = [
    renderTable(['Name', 'Type', { title: 'SLOC', integer: true }], [[model.name, model.mtype, lines]]),
    renderSlotMap(report.slots),
    [...remarks, verdict].join('\n'),
  ];
  return blocks.join('\n\n');
}

/** What `--json` prints of a model that was checked. */
export function verdictDocument(model: CheckedModel, report: VerifyInfo): Record<string, unknown> {
  return {
    slots: report.slots.map(({ slot, schema, recordsets, action }) => ({ slot, schema, recordsets, action })),
    install_libs: report.install_libs,
    warn_libs: report.warn_libs,
    attach_libs: report.attach_libs,
    snapshots: report.snapshots,
    name: model.name,
    mtype: model.mtype,
    sloc: countLines(model.source),
    ...(report.warnings === undefined || report.warnings.length === 0 ? {} : { warnings: report.warnings }),
  };
}
