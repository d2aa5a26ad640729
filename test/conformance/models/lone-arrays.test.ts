import { expect, test } from 'vitest';
import { describeWithBoth, describeWithR } from '../../languages.ts';
import { drain, end, openEngine, run } from './model-run.ts';

const TAGS = {
  type: 'record',
  name: 'tags',
  fields: [
    { name: 'tags', type: { type: 'array', items: 'string' } },
    { name: 'n', type: ['null', 'int'], default: null },
  ],
};

interface Typed {
  readonly source: string;
  readonly input: readonly string[];
  /** Of slot 1. */
  readonly schema: unknown;
  /** Of the stream at slot 1; the model then has none. */
  readonly isOfStream?: boolean;
}

/** @returns outputs and rejected records of slot 1 */
async function runTyped({ source, input, schema, isOfStream = false }: Typed) {
  const engine = await openEngine();
  await engine.load({
    name: 'model',
    mtype: 'R',
    source: Buffer.from(isOfStream ? source : `# fastscore.schema.1: out\n${source}`),
    schemas: new Map([['out', schema]]),
  });
  const descriptor = { Transport: 'REST', Encoding: 'json', ...(isOfStream && { Schema: schema }) };
  await engine.attach(1, { name: 'out', descriptor });
  await engine.attach(0, {
    name: 'in',
    descriptor: { Transport: { Type: 'inline', Data: input }, Encoding: 'json' },
  });
  expect([await end(engine), engine.status().failure]).toEqual(['finished', null]);
  const slot = engine.status().slots.find((status) => status.slot === 1);
  return { outputs: await drain(engine, 1), rejected: (slot?.rejectedBySchema ?? 0) + (slot?.rejectedByEncoding ?? 0) };
}

describeWithR('arrays of one element in R', () => {
  const R = (source: string, input: readonly string[]) =>
    openEngine().then((engine) => run(engine, { language: 'R', model: { python: '', R: source }, input }));

  test.each([false, true])(
    'are arrays where the schema says so, in whatever way they are made (of the stream: %s)',
    async (isOfStream) => {
      const source = `action <- function(d) {
  emit(d)
  emit(list(tags = "x"))
  emit(list(tags = c("x"), n = 5))
  emit(list(tags = I("x"), n = I(5)))
  emit(list(tags = list("x"), n = NULL))
  emit(list(tags = character()))
  emit(list(tags = c("x", "y"), n = -0))
  emit(list(tags = d$tags[d$tags == "x"]))
}`;
      const { outputs, rejected } = await runTyped({ source, input: ['{"tags":["x"]}'], schema: TAGS, isOfStream });
      expect([rejected, outputs]).toEqual([
        0,
        [
          '{"tags":["x"]}',
          '{"tags":["x"]}',
          '{"tags":["x"],"n":5}',
          '{"tags":["x"],"n":5}',
          '{"tags":["x"],"n":null}',
          '{"tags":[]}',
          '{"tags":["x","y"],"n":-0}',
          '{"tags":["x"]}',
        ],
      ]);
    },
  );

  test('are scalars where the schema says so', async () => {
    const source = 'action <- function(d) { emit(d); emit(d * 2); emit(I(3)); emit(c(1, 2)) }';
    expect(await runTyped({ source, input: ['[1.5]', '2'], schema: 'double' })).toEqual({
      outputs: ['1.5', '3', '3', '2', '4', '3'],
      rejected: 2,
    });
  });

  test('go out as they came in without a schema, at any depth, alone or in a record', async () => {
    const input = [
      '{"a":[1]}',
      '{"a":{"b":["x"],"c":"x"},"d":[[true]],"e":[{"f":[1]}],"g":[[1],[2,3]],"h":[null],"i":[]}',
      '[1]',
      '[[["x"]]]',
      '{"a":[9007199254740993]}',
      '[9007199254740993]',
      '"x"',
      '{"a":["b\\u0000"]}',
    ];
    const { outputs } = await R('action <- function(d) emit(d)', input);
    expect(outputs[0]).toEqual(input);
  });

  test('are arrays as long as they are computed with, and numbers when an element is picked', async () => {
    const { outputs } = await R(
      `action <- function(d) {
  stopifnot(d$a == 5, sum(d$a) == 5, is.numeric(d$a), length(d$a) == 1)
  d$a <- d$a + 1
  emit(d)
  emit(list(first = d$a[1], other = d$a[[1]], more = c(d$a, 7), sum = sum(d$a), text = paste(d$a), big = d$a > 5))
}`,
      ['{"a":[5]}'],
    );
    expect(outputs[0]).toEqual(['{"a":[6]}', '{"first":6,"other":6,"more":[6,7],"sum":6,"text":"6","big":true}']);
  });

  test('are what I(), list() and array() make', async () => {
    const { outputs } = await R(
      'action <- function(d) emit(list(a = I(1), b = list("x"), c = array(2), d = I("y"), e = I(factor("z")), f = 3, g = I(c(1, 2))))',
      ['1'],
    );
    expect(outputs[0]).toEqual(['{"a":[1],"b":["x"],"c":[2],"d":["y"],"e":["z"],"f":3,"g":[1,2]}']);
  });

  test('stay in cells and pools what they were, for later reads and other jets', async () => {
    const source = `library(fastscore)
action <- function(d) {
  Set(Cell("c"), d); Set(Pool("p"), "k", d$a); Set(Cell("l"), list(1)); Set(Cell("i"), I(2))
  stopifnot(identical(Get(Cell("c")), d), identical(Get(Pool("p"), "k"), d$a), identical(Get(Cell("l")), list(1)))
  emit(Get(Cell("c"))); emit(Get(Pool("p"), "k")); emit(Get(Cell("l"))); emit(Get(Cell("i")))
}`;
    for (const way of ['key', 'pool', 'shared'] as const) {
      const engine = await openEngine({ way });
      const { state, outputs } = await run(engine, {
        language: 'R',
        model: { python: '', R: source },
        input: ['{"a":[1],"b":1}'],
      });
      expect([state, outputs[0]]).toEqual(['finished', ['{"a":[1],"b":1}', '[1]', '[1]', '[2]']]);
      expect(engine.stateValues()).toEqual({ 'cell c': { a: [1], b: 1 }, 'p[k]': [1], 'cell l': [1], 'cell i': [2] });
    }
  });

  test('are arrays in the cells of a record set, too', async () => {
    const { outputs } = await R(
      '# fastscore.recordsets.0: yes\naction <- function(d) for (i in seq_len(nrow(d))) emit(as.list(d[i, ]))',
      ['{"a":[1],"b":"x"}', '{"a":[2,3],"b":"y"}'],
    );
    expect(outputs[0]).toEqual(['{"a":[[1]],"b":"x"}', '{"a":[[2,3]],"b":"y"}']);
  });
});

describeWithBoth('arrays of one element that another language has stored', () => {
  test('are lists in R, and arrays again when Python reads them', async () => {
    const python = `
# fastscore.snapshots: eof
import fastscore
c = fastscore.cells('c')
def action(x):
    c.init({'a': [5], 'b': 5})
    yield c.value
`;
    const R = `
# fastscore.snapshots: eof
library(fastscore)
action <- function(x) emit(Update(Cell("c"), function(v) { v$a[[1]] <- v$a[[1]] + x; v }))
`;
    const engine = await openEngine();
    const next = async (language: 'python' | 'R') => {
      const last = engine.status().lastSnapshot;
      await engine.reset();
      if (last !== null) await engine.restore(await engine.snapshots.open('model', last.id!), { trust: false });
      return (await run(engine, { language, model: { python, R }, input: ['1'] })).outputs[0];
    };
    expect(await next('python')).toEqual(['{"a":[5],"b":5}']);
    expect(await next('R')).toEqual(['{"a":[6],"b":5}']);
    expect(await next('python')).toEqual(['{"a":[6],"b":5}']);
  });
});
