import { connect } from 'node:net';
import { startTcpServer } from '../../conformance/streams/network.ts';

/** Passes bytes on to a server, and breaks a connection after so many of its answer, so many times. */
export async function startBreakingProxy(
  port: number,
  { bytes, times }: { bytes: () => number; times: number },
): Promise<{ port: number; breaks: () => number }> {
  let breaks = 0;
  const own = await startTcpServer((socket) => {
    const peer = connect(port, '127.0.0.1');
    peer.on('error', () => {});
    socket.on('error', () => {});
    socket.on('close', () => peer.destroy());
    socket.pipe(peer);
    const most = bytes();
    let passed = 0;
    peer.on('data', (data) => {
      passed += data.length;
      if (passed > most && breaks < times) {
        breaks += 1;
        socket.resetAndDestroy();
        peer.destroy();
      } else {
        socket.write(data);
      }
    });
    peer.on('end', () => socket.end());
  });
  return { port: own, breaks: () => breaks };
}
