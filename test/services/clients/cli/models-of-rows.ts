/** Models that the rows use, by file name. */
export const GAIN = { 'gain.py3': 'def action(x):\n    yield 3 * x\n' } as const;

export const SLOTS = {
  'slots.py3': `# fastscore.schema.0: amps
# fastscore.schema.1: amps
def action(x):
    yield x
`,
} as const;

/** Keeps the sum of what it has seen, and a snapshot of it at the end. */
export const TALLY = {
  'tally.py3': `# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('sum').init(0)

def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
`,
} as const;
