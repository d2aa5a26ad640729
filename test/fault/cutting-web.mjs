/**
 * A web server for a file, which knows ranges and breaks each connection after a random number of bytes of its answer:
 *
 *     node cutting-web.mjs FILE LONGEST_ANSWER
 *
 * It prints its port, and ends with its standard input.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';

const [path, longest] = process.argv.slice(2);
const { size } = statSync(path);

const server = createServer((request, response) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (start >= size) {
    response.writeHead(416).end();
    return;
  }
  const range = start === 0 ? {} : { 'content-range': `bytes ${start}-${size - 1}/${size}` };
  response.writeHead(start === 0 ? 200 : 206, { etag: '"1"', 'content-length': size - start, ...range });
  const count = 1 + Math.floor(Math.random() * Number(longest));
  const body = createReadStream(path, { start, end: Math.min(size, start + count) - 1 });
  body.on('data', (chunk) => response.write(chunk));
  body.on('end', () => {
    if (start + count >= size) response.end();
    // What has been written leaves before the connection breaks.
    else response.write('', () => response.socket?.destroy());
  });
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));
process.stdin.resume().on('end', () => process.exit());
