/** So many bytes of records on stdout, about a kilobyte each: generate.mjs BYTES */
import { once } from 'node:events';
import process from 'node:process';

const [bytes] = process.argv.slice(2).map(Number);
const line = `${JSON.stringify({ id: 1, text: 'x'.repeat(1000) })}\n`;
const block = Buffer.from(line.repeat(256));
for (let sent = 0; sent < bytes; sent += block.length)
  if (!process.stdout.write(block)) await once(process.stdout, 'drain');
