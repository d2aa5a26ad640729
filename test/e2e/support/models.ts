/** Models that several suites use, by file name. */
export const MODELS = {
  'sum.py': `# fastscore.input: int
# fastscore.snapshots: eof
import fastscore

def begin():
    fastscore.cells('sum').init(0)

def action(x):
    yield fastscore.cells('sum').update(lambda v: v + x)
`,
  'sum.R': `# fastscore.input: int
# fastscore.snapshots: eof
library(fastscore)

begin <- function() Init(Cell('sum'), 0)

action <- function(x) emit(Update(Cell('sum'), function(v) v + x))
`,
  'echo.py': `def action(x):
    yield x
`,
} as const;
