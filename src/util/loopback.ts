import { BlockList, isIPv4, isIPv6 } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a name or an address can only mean this machine. Other names are not looked up: what they mean may change. */
export function isLoopback(host: string): boolean {
  const plain = host.replace(/^::ffff:(?=\d+\.)/i, '');
  // Asked for every request: a list is slow to ask.
  if (isIPv4(plain)) return plain.startsWith('127.');
  if (isIPv6(plain)) return loopback.check(plain, 'ipv6');
  return plain.toLowerCase() === 'localhost';
}
