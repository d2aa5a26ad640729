import { describe, expect, test } from 'vitest';
import { modelMediaType, modelTypeOf } from '../../src/api/media-types.ts';
import { languageOf } from '../../src/model/language.ts';
import {
  guessModelType,
  MODEL_TYPES,
  modelTypeOfFile,
  parseModelType,
  suffixOfType,
  TYPE_OF_SUFFIX,
} from '../../src/model/types.ts';
import { failureOf } from './failure-of.ts';

describe('model types by name', () => {
  test('every type is known by its own name', () => {
    for (const type of MODEL_TYPES) expect(parseModelType(type)).toBe(type);
  });

  test.each([
    ['python2', 'python'],
    ['r', 'R'],
    ['h2o', 'h2o-java'],
  ])('%s is another name of %s', (alias, type) => {
    expect(parseModelType(alias)).toBe(type);
  });

  test('an unknown type is refused with the list and the nearest name', () => {
    expect(failureOf(() => parseModelType('Python3'))).toMatchObject({
      code: 'MODEL_TYPE_UNKNOWN',
      message: "Model type 'Python3' is unknown",
      hint: expect.stringContaining("Did you mean 'python3'? The model types are python, python3, R,"),
    });
    expect(failureOf(() => parseModelType('cobol-85')).hint).toMatch(/^The model types are/);
  });

  test('every type has a media type that stands for it', () => {
    for (const type of MODEL_TYPES) expect(modelTypeOf(modelMediaType(type))).toBe(type);
  });
});

describe('model types by file extension', () => {
  test.each([
    ['m.py', 'python'],
    ['m.py3', 'python3'],
    ['m.R', 'R'],
    ['m.c', 'c'],
    ['m.m', 'octave'],
    ['m.java', 'java'],
    ['m.ipynb', 'jupyter'],
    ['m.ppfa', 'pfa-pretty'],
    ['m.pfa', 'pfa-json'],
    ['m.json', 'pfa-json'],
    ['m.yaml', 'pfa-yaml'],
    ['some.dir/m.tar.py3', 'python3'],
  ])('%s is of type %s', (file, type) => {
    expect(modelTypeOfFile(file)).toBe(type);
  });

  test.each(['notes.txt', 'm.r', 'm.yml', 'm.PY', 'm', '.py', 'm.py.'])('%s is refused', (file) => {
    expect(failureOf(() => modelTypeOfFile(file))).toMatchObject({
      code: 'MODEL_TYPE_UNKNOWN',
      message: `${file} must have a proper extension (.pfa, .ppfa, .json, .yaml, .py, .py3, .R, .c, .m, .ipynb, .java)`,
    });
  });

  test('a suffix and a type stand for each other', () => {
    for (const type of MODEL_TYPES) expect(TYPE_OF_SUFFIX.get(suffixOfType(type))).toBe(type);
    expect(['python', 'python3', 'R', 'pfa-json', 'sas'].map((type) => suffixOfType(parseModelType(type)))).toEqual([
      '.py',
      '.py3',
      '.R',
      '.pfa',
      '.sas',
    ]);
  });

  test('no suffix is the end of another one', () => {
    const suffixes = [...TYPE_OF_SUFFIX.keys()];
    for (const suffix of suffixes) expect(suffixes.filter((other) => other.endsWith(suffix))).toEqual([suffix]);
  });
});

describe('model types by source', () => {
  test.each([
    ['import x\ndef \t action(x): yield x', 'python'],
    ['begin <- 1\naction <-  function(x) emit(x)', 'R'],
    ['# action <- function(x)\ndef action(x): pass', 'python'],
  ])('%j is of type %s', (source, type) => {
    expect(guessModelType(source)).toBe(type);
  });

  test.each(['hello', 'action = function(x) emit(x)', 'defaction(x)', 'def actions(x): pass', '{"input": "int"}'])(
    'the type of %j cannot be guessed',
    (source) => {
      expect(failureOf(() => guessModelType(source))).toMatchObject({
        code: 'MODEL_TYPE_UNKNOWN',
        message: 'Cannot guess model type (use -type:<model_type>)',
      });
    },
  );
});

describe('languages', () => {
  test('python, python3 and R models run, all others do not', () => {
    const runnable = MODEL_TYPES.filter((type) => ['python', 'python3', 'R'].includes(type));
    expect(runnable.map(languageOf)).toEqual(['python', 'python', 'R']);
    for (const type of MODEL_TYPES.filter((other) => !runnable.includes(other))) {
      expect(failureOf(() => languageOf(type))).toMatchObject({
        code: 'MODEL_TYPE_UNSUPPORTED',
        message: `Models of type '${type}' cannot run: this engine runs Python 3 and R`,
      });
    }
  });
});
