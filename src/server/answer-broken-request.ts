import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

const LINGER_MS = 1000;

/** Answers what never became a request, in one line of text as all errors, and hangs up. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return;
  const [status, sentence] = OTHERS[error.code ?? ''] ?? [400, 'This is not HTTP/1.1'];
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: text/plain; charset=utf-8`;
  // What the client still sends is not read, so neither is its end.
  socket.setTimeout(LINGER_MS, () => socket.destroy());
  socket.end(`${head}\r\nContent-Length: ${sentence.length}\r\nConnection: close\r\n\r\n${sentence}`);
}

const OTHERS: Readonly<Record<string, readonly [status: number, sentence: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'The request took too long to arrive'],
  HPE_HEADER_OVERFLOW: [431, 'The headers are too large'],
};
