import { describe, expect, test } from 'vitest';
import { applyAnnotation, warnOfLookalike } from '../../src/model/annotation-effects.ts';
import type { Annotation } from '../../src/model/annotations.ts';
import type { SlotDraft } from '../../src/model/slot-draft.ts';
import { newSlotDraft } from '../../src/model/slot-draft.ts';
import { NO_SNAPSHOTS } from '../../src/model/snapshot-rules.ts';
import { failureOf } from './failure-of.ts';

const annotation = (tag: string, scope: string | null, value: string): Annotation => {
  return { line: 7, text: `# fastscore.${scope === null ? tag : `${tag}.${scope}`}: ${value}`, tag, scope, value };
};

const apply = (tag: string, scope: string | null, value: string): SlotDraft => {
  const draft = newSlotDraft();
  applyAnnotation(annotation(tag, scope, value), draft);
  return draft;
};

describe('an annotation', () => {
  test('changes what it names and nothing else', () => {
    const untouched = newSlotDraft();
    expect(apply('schema', '0', 'x').inUse.get(0)).toEqual({ ...untouched.inUse.get(0), schema: 'x' });
    expect(apply('schema', '0', 'x').inUse.get(1)).toEqual(untouched.inUse.get(1));
    expect(apply('recordsets', '1', 'yes').inUse.get(1)?.recordsets).toBe(true);
    expect(apply('action', '0', 'f').inUse.get(0)?.action).toBe('f');
    expect(apply('action', '0', 'unused').inUse.get(0)?.action).toBeNull();
    expect(apply('slot', '1', 'unused').inUse.has(1)).toBe(false);
    expect(apply('snapshots', null, 'eof').snapshots).toEqual({ ...NO_SNAPSHOTS, eof: true });
    expect([...apply('module-attached', null, 'lib').attachedModules]).toEqual(['lib']);
    expect(apply('output', null, 'x').inUse.get(1)?.schema).toBe('x');
  });

  test.each([
    ['recordsets', '0', 'maybe', '# fastscore.recordsets.0: yes'],
    ['schema', 'named', 'x', '# fastscore.schema.0: NAME'],
    ['action', '1', 'f', '# fastscore.action.0: FUNCTION'],
    ['slot', '0', 'perhaps', '# fastscore.slot.3: in-use'],
    ['snapshots', null, 'daily', '# fastscore.snapshots: eof'],
  ])('%s.%s: %s is refused with line, text and form', (tag, scope, value, form) => {
    const { text } = annotation(tag, scope, value);
    expect(failureOf(() => apply(tag, scope, value))).toMatchObject({
      code: 'MODEL_INVALID',
      message: expect.stringMatching(/^Line 7: .+: "# fastscore\./),
      hint: `The form is "${form}"`,
      details: { line: 7, text },
    });
  });

  test('of an unknown tag leaves a warning only, and the near tag is named', () => {
    expect(apply('shema', '0', 'x')).toEqual({
      ...newSlotDraft(),
      warnings: [
        {
          line: 7,
          text: 'is ignored, its tag is unknown: "# fastscore.shema.0: x"; did you mean "# fastscore.schema.0: NAME"?',
        },
      ],
    });
    expect(apply('constructor', null, 'x').warnings[0]?.text).not.toContain('did you mean');
  });
});

test('a comment that begins like an annotation is warned of only when its tag is known', () => {
  const draft = newSlotDraft();
  warnOfLookalike({ line: 2, text: '# fastscore.schema foo', tag: 'schema' }, draft);
  warnOfLookalike({ line: 3, text: '# fastscore.cells are shared', tag: 'cells' }, draft);
  expect(draft.warnings).toEqual([
    {
      line: 2,
      text: 'is ignored, it is not an annotation: "# fastscore.schema foo"; the form is "# fastscore.schema.0: NAME"',
    },
  ]);
});
