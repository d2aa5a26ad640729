import { expect, it } from 'vitest';
import { formatInterpreters, parseInterpreters } from '../../src/api/interpreters.ts';

it('reads what it has written, in ASCII', () => {
  const named = { python: ['/home/zoë/venv/bin/python3', '/usr/bin/python'], R: ['/opt/R 4/Rscript'] };
  const text = formatInterpreters(named);
  expect(text).toMatch(/^[\x21-\x7e]+$/);
  expect(parseInterpreters(text)).toEqual(named);
  expect(parseInterpreters(formatInterpreters({}))).toEqual({});
});

it.each(['%', 'x', 'null', '%7B'])("refuses '%s'", (text) => {
  expect(() => parseInterpreters(text)).toThrow('is not JSON, percent-encoded');
});

it('passes over what is no list of commands', () => {
  expect(parseInterpreters(encodeURIComponent('{"python":"x","R":[],"julia":["j"]}'))).toEqual({});
  expect(parseInterpreters(encodeURIComponent('{"python":["", "x"],"R":[1]}'))).toEqual({});
});
