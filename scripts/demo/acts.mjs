/** What the demo shows. Each act leaves the engine as it found it. */

/** @typedef {ReturnType<typeof import('./stage.mjs').openStage>} Stage */
/** @typedef {{ name: string, extension: string }} Language */

const fastscore = 'bin/fastscore';

/** @param {Stage} stage @param {Language} language */
export async function playCell(stage, { name, extension }) {
  await stage.type(`${fastscore} model add cell examples/cell/cell.${extension}`);
  await stage.type(`${fastscore} job run cell inline:1,2,3 rest:`);
  await stage.type(`${fastscore} model output -c`, '1\n3\n6\n(EOF)');
  await stage.type(`${fastscore} engine reset`);
  stage.conclude(`${name}: 1 2 3 gives 1 3 6`);
}

/** @param {Stage} stage @param {Language} language */
export async function playPool(stage, { name, extension }) {
  await stage.type(`${fastscore} model add pool examples/pool/pool.${extension}`);
  await stage.type(`${fastscore} job run pool inline:5,5,5 rest:`);
  await stage.type(`${fastscore} model output -c`, '1\n2\n3\n(EOF)');
  await stage.type(`${fastscore} engine reset`);
  stage.conclude(`${name}: 5 5 5 gives 1 2 3`);
}

/** @param {Stage} stage @param {Language} language */
export async function playSnapshot(stage, { name, extension }) {
  const model = `tally-${extension.toLowerCase()}`;
  await stage.type(`${fastscore} model add ${model} examples/snapshot/tally.${extension}`);
  await stage.type(`${fastscore} job run ${model} inline:1,2,3 rest: --wait`);
  await stage.type(`${fastscore} model output -c`, '1\n3\n6\n(EOF)');
  await stage.type(`${fastscore} snapshot list ${model} -v`, new RegExp(`^Id.*\\n-.*\\n[a-z0-9]{8} +${model} .*$`));
  await stage.type(`${fastscore} engine reset`);
  await stage.type(`${fastscore} state list`, /^Kind.*\n-[- ]*$/);
  await stage.type(`${fastscore} snapshot restore ${model} -v`, 'Model state restored');
  await stage.type(`${fastscore} state get total`, '6');
  await stage.type(`${fastscore} job run ${model} inline:4,5 rest: --wait`);
  await stage.type(`${fastscore} model output -c`, '10\n15\n(EOF)');
  await stage.type(`${fastscore} engine reset`);
  stage.conclude(`${name}: the total goes on from 6`);
}

/** Goes on in R from what the act above has left in Python. @param {Stage} stage */
export async function playCrossing(stage) {
  await stage.type(`${fastscore} snapshot restore tally-py`);
  await stage.type(`${fastscore} state get total`, '15');
  await stage.type(`${fastscore} job run tally-r inline:10 rest: --wait`);
  await stage.type(`${fastscore} model output -c`, '25\n(EOF)');
  await stage.type(`${fastscore} engine reset`);
  stage.conclude('R goes on from the total of Python');
}

/** @param {Stage} stage @param {Language} language */
export async function playScaling(stage, { name, extension }) {
  await stage.type(`${fastscore} model add count examples/scaling/count.${extension}`);
  await stage.type(`${fastscore} job run count 'exec:seq 1 ${COUNTED}' discard:`);
  await stage.type(`${fastscore} job scale 4 -v`, 'Model scale changed');
  await stage.type(`${fastscore} job status`, /^State: +RUNNING\n(.*\n)*Jets: +4 of 4\n/);
  await stage.type(`${fastscore} job wait`);
  await stage.type(`${fastscore} engine inspect`, 'FINISHED');
  await stage.type(`${fastscore} state get seen`, String(COUNTED));
  await stage.type(`${fastscore} engine reset`);
  stage.conclude(`${name}: ${COUNTED} records, ${COUNTED} counts, from 1 to 4 jets on the way`);
}

/** Four seconds of work for one jet: enough to be scaled on the way, also on a slow machine. */
const COUNTED = 2000;

/** @param {Stage} stage @param {Language} language */
export async function playTest(stage, { name, extension }) {
  const expectations = '--expect examples/cell/output.jsonl --expect-state examples/cell/state.json';
  const command = `${fastscore} run examples/cell/cell.${extension} - ${expectations} < examples/cell/input.jsonl`;
  await stage.type(command, '1\n3\n6');
  stage.conclude(`${name}: the outputs and the state at the end are the expected ones`);
}
