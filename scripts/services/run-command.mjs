import { spawn } from 'node:child_process';

/** Runs a program to its end. @returns the end of what it wrote @throws Error with that when it fails */
export async function runCommand(program, args, options = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data) => {
      text = (text + data).slice(-20_000);
    });
  }
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (status !== 0) throw new Error(`${program} ended with status ${status}:\n${text.trim()}`);
  return text;
}

/** Whether a program can be started. */
export async function hasProgram(program) {
  try {
    await runCommand('sh', ['-c', `command -v ${program}`]);
    return true;
  } catch {
    return false;
  }
}

/** Installs Debian packages, by name, when a program is missing. */
export async function needProgram(program, packages) {
  if (await hasProgram(program)) return;
  await runCommand('apt-get', ['update']);
  await runCommand('apt-get', ['install', '-y', '--no-install-recommends', ...packages], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
}
