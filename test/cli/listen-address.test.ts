import { expect, it } from 'vitest';
import { parseListenAddress } from '../../src/cli/listen-address.ts';

const parse = (listen?: string, socket?: string) => parseListenAddress('/w', { listen, socket });

it.each([
  [undefined, '127.0.0.1', 8000],
  ['9000', '127.0.0.1', 9000],
  ['0.0.0.0:0', '0.0.0.0', 0],
  ['[::1]:8000', '::1', 8000],
  ['host.example:80', 'host.example', 80],
])('--listen %s', (text, host, port) => {
  expect(parse(text)).toEqual({ kind: 'tcp', host, port });
});

it('takes a socket relative to where the command runs', () => {
  expect(parse(undefined, 'run/s')).toEqual({ kind: 'socket', path: '/w/run/s' });
});

it.each(['host', 'host:', 'host:70000', 'host:x', ''])("refuses --listen '%s'", (text) => {
  expect(() => parse(text)).toThrow('--listen takes HOST:PORT');
});

it('refuses both at once', () => {
  expect(() => parse('1', 's')).toThrow('exclude each other');
});
