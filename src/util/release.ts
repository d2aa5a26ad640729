import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** The version in package.json. */
export const release: string = readRelease();

/** Releases of one major version understand each other. */
export function isCompatibleRelease(other: string): boolean {
  return majorOf(other) === majorOf(release);
}

/** When this build was put together, written as `date -u` does: clients of 1.10 show it as it is. */
export function builtOn(): string {
  const built = statSync(join(packageRoot, 'package.json')).mtime;
  // Package archives set every date to one moment of 1985.
  if (built.getUTCFullYear() < 2000) return 'unknown';
  const [weekday, day, month, year, time] = built.toUTCString().replace(',', '').split(' ');
  return `${weekday} ${month} ${day} ${time} UTC ${year}`;
}

function readRelease(): string {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return version;
}

const majorOf = (version: string): string => version.split('.', 1)[0] ?? '';
