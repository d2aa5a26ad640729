import { describeInterpreter } from '../describe-interpreter.ts';
import type { Io } from '../io.ts';
import type { Finding } from './finding.ts';
import { findingOf } from './finding.ts';

/** Node, and the interpreters of models: one language that is missing does no harm to the other. */
export async function checkInterpreters(io: Io): Promise<Finding[]> {
  const [python, r] = await Promise.all([
    findingOf('Python', () => describeInterpreter('python', io)),
    findingOf('R', () => describeInterpreter('R', io)),
  ]);
  const node: Finding = { what: 'Node', state: 'ok', text: `${process.version} (${process.execPath})` };
  const oneIsThere = python.state === 'ok' || r.state === 'ok';
  return [node, ...[python, r].map((finding) => (oneIsThere ? softened(finding) : finding))];
}

const softened = (finding: Finding): Finding =>
  finding.state === 'wrong' ? { ...finding, state: 'note', text: `${finding.text}: models in it do not run` } : finding;
