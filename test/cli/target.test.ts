import { expect, it } from 'vitest';
import { parseTarget, savedTarget } from '../../src/cli/target.ts';

it.each([
  ['https://host:8000/prefix', { kind: 'url', url: 'https://host:8000/prefix' }],
  ['unix:/run/engine.sock', { kind: 'socket', path: '/run/engine.sock' }],
  ['unix:///run/engine.sock', { kind: 'socket', path: '/run/engine.sock' }],
  ['unix:engine.sock', { kind: 'socket', path: '/here/engine.sock' }],
  ['./engine.sock', { kind: 'socket', path: '/here/engine.sock' }],
])('%s', (address, target) => {
  expect(parseTarget(address, '/here')).toEqual(target);
});

it.each(['dashboard:8000', 'unix:', ''])("'%s' is no address", (address) => {
  expect(() => parseTarget(address, '/here')).toThrow('Proxy prefix must be an URL');
});

it('sends what login saved, unless a token is given for this call', () => {
  const saved = { url: 'https://host', authorization: 'Basic eA==', cookie: 'connect.sid=1', ca: 'PEM' };
  expect(savedTarget(saved, '/')).toEqual({
    kind: 'url',
    url: 'https://host',
    ca: 'PEM',
    headers: { authorization: 'Basic eA==', cookie: 'connect.sid=1' },
  });
  expect(savedTarget(saved, '/', 't')?.headers).toMatchObject({ authorization: 'Bearer t' });
  expect(savedTarget({ engine: 'engine-2' }, '/')).toBeNull();
});
