import { expect, test } from 'vitest';
import { packageRoot } from '../../src/util/package-root.ts';
import { loadScript } from './load-script.ts';

interface Script {
  findGaps(folder: string): string[];
  typescriptGaps(name: string, text: string): string[];
  pythonGaps(name: string, text: string): string[];
  rGaps(namespace: string, pages: readonly string[]): string[];
}
const { findGaps, typescriptGaps, pythonGaps, rGaps } = await loadScript<Script>('check-api-docs.mjs');

test('what others program against says what they need', () => {
  expect(findGaps(packageRoot)).toEqual([]);
});

test('an export or a public method without a comment is a gap, a private one is none', () => {
  const text = `/** A door. */
export class Door {
  #lock(): void {}

  /** Opens it. */
  open(): void {}

  async close(): Promise<void> {}
}

export const key = 1;
`;
  expect(typescriptGaps('door.ts', text)).toEqual([
    'door.ts:8 does not say what close is',
    'door.ts:11 does not say what key is',
  ]);
});

test('a function of Python without a docstring, or without one of its parameters, is a gap', () => {
  const text = `"""A module.

    def example(x):
        pass
"""

def bare():
    pass

class Door:
    def open(self, width, slowly=False):
        """Opens it.

        :param width: centimetres
        """
        def inner(x):
            pass

    @width.setter
    def width(self, value):
        pass

    def _private(self, x):
        pass
`;
  expect(pythonGaps('door.py', text)).toEqual([
    'door.py does not say what bare does',
    "door.py does not say what 'slowly' of open is",
  ]);
});

test('an export of R without a page, or with a page that lacks something, is a gap', () => {
  const page = '\\alias{Open}\n\\usage{Open(x)}\n\\arguments{\\item{x}{a door}}\n\\examples{Open(1)}\n';
  expect(rGaps('export(Open, Close)\nS3method(print, door)\n', [page])).toEqual([
    'The page of Open has no \\value',
    'The R package has no page for Close',
  ]);
});
