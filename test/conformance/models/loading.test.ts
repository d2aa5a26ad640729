import { expect, test } from 'vitest';
import { describeWithPython, describeWithR } from '../../languages.ts';
import { openEngine, run } from './model-run.ts';

async function loaded(mtype: string, source: string) {
  const engine = await openEngine();
  return engine.load({ name: 'model', mtype, source: Buffer.from(source) });
}

describeWithPython('loading a model in Python', () => {
  test('a model for Python 2 and 3 is nothing to warn of, and runs', async () => {
    const python = `
try:
    import cPickle as pickle
    from StringIO import StringIO
except ImportError:
    import pickle
    from io import StringIO
def action(x):
    yield pickle.loads(pickle.dumps(StringIO(str(x)).read()))
`;
    expect((await loaded('python', python)).warnings).toEqual([]);
    const engine = await openEngine();
    const { outputs } = await run(engine, { language: 'python', model: { python, R: '' }, input: ['1'] });
    expect(outputs).toEqual([['"1"']]);
  });

  test('what is not installed and not needed is warned of', async () => {
    const source = 'try:\n    import not_there_yet\nexcept ImportError:\n    pass\ndef action(x):\n    yield x\n';
    expect((await loaded('python3', source)).warnings).toEqual([
      "The model goes on without 'not_there_yet', which is not installed",
    ]);
  });

  test.each([
    ['import cPickle', 'it imports cPickle', 'pickle in place of cPickle'],
    ['import ConfigParser, Queue', 'it imports ConfigParser, Queue', 'queue in place of Queue'],
    ['from StringIO import StringIO', 'it imports StringIO', 'io.StringIO in place of StringIO'],
    ['def f():\n    import urllib2', 'it imports urllib2', 'urllib.request in place of urllib2'],
  ])('modules of Python 2 alone tell what the model is: %s', async (line, words, replaced) => {
    await expect(loaded('python', `${line}\ndef action(x):\n    yield x\n`)).rejects.toMatchObject({
      message: `The model is Python 2, and this engine runs Python 3: ${words}`,
      hint: expect.stringContaining(replaced),
    });
  });

  test.each(['null', 'nothing'])('a schema that fits null alone is warned of: %s', async (name) => {
    const engine = await openEngine();
    const source = Buffer.from(
      `# fastscore.schema.0: ${name}\n# fastscore.schema.1: int\ndef action(x):\n    yield 1\n`,
    );
    const schemas = new Map<string, unknown>([['nothing', { type: 'null' }]]);
    const { warnings } = await engine.load({ name: 'model', mtype: 'python3', source, schemas });
    expect(warnings).toEqual([
      `Schema '${name}' fits null alone, every other record is rejected: a slot without a schema has no line "# fastscore.schema.0"`,
    ]);
  });
});

describeWithR('loading a model in R', () => {
  test('what is not installed and not needed is warned of', async () => {
    const source = `
fast <- tryCatch({ library(not.there.yet); TRUE }, error = function(e) FALSE)
if (!requireNamespace("nor.this", quietly = TRUE)) message("slow")
action <- function(x) emit(x)
`;
    expect((await loaded('R', source)).warnings).toEqual([
      "The model goes on without 'nor.this', which is not installed",
      "The model goes on without 'not.there.yet', which is not installed",
    ]);
    await expect(loaded('R', `library(at.all)\n${source}`)).rejects.toMatchObject({
      message: 'The model imports what is not installed: at.all',
    });
  });
});
