/** Fastify in front of one Python process behind a pipe: the least that a model server can be. node pipe-server.mjs PORT PYTHON SCRIPT */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import fastify from 'fastify';

const [port, python, script] = process.argv.slice(2);
const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting = [];
createInterface(child.stdout).on('line', (line) => waiting.shift()(line));
const app = fastify();
app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
app.post('/score', async (request) => {
  const reply = new Promise((resolve) => waiting.push(resolve));
  child.stdin.write(`${JSON.stringify(request.body)}\n`);
  return reply;
});
await app.listen({ port: Number(port), host: '127.0.0.1' });
