/** `npm run demo`: sets up what is missing, then shows the main things with the real binary, and checks every result. */
import process from 'node:process';
import { playCell, playCrossing, playPool, playScaling, playSnapshot, playTest } from './demo/acts.mjs';
import { openStage } from './demo/stage.mjs';
import { root, runMain, setUp } from './setup.mjs';

const LANGUAGES = [
  { key: 'python', name: 'Python', extension: 'py' },
  { key: 'R', name: 'R', extension: 'R' },
];

const each = (play) => async (stage, languages) => {
  for (const language of languages) await play(stage, language);
};

const ACTS = [
  ['A cell: one value that all jets share', each(playCell)],
  ['A pool: named values that all jets share', each(playPool)],
  ['A snapshot: the state of a run, kept, listed and restored', each(playSnapshot)],
  ['Across languages: a snapshot of Python, restored in R', playCrossing],
  ['Scaling: from 1 to 4 jets while the job runs, without losing a count', each(playScaling)],
  ['A model test: one line, for a CI script', each(playTest)],
];

runMain(async () => {
  const { versions, missing } = await setUp();
  const languages = LANGUAGES.filter(({ key }) => key in versions);
  if (languages.length === 0) throw new Error('There is neither Python nor R to run models with');

  const started = Date.now();
  const stage = openStage(root);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => stage.interrupt());
  try {
    const runs = languages.map(({ key, name }) => `${name} ${versions[key]}`).join(' and ');
    stage.say(`fastscore runs models in ${runs}, here with a home of its own (FASTSCORE_HOME=${stage.home}).\n`);
    const acts = ACTS.filter(([, play]) => play !== playCrossing || languages.length === LANGUAGES.length);
    for (const [index, [title, play]] of acts.entries()) {
      stage.heading(`${index + 1}. ${title}`);
      await play(stage, languages);
    }
    stage.say(`Everything came out as expected, in ${Math.round((Date.now() - started) / 1000)} s.`);
    if (missing.length > 0) stage.say(`Left out, because it is not installed: ${missing.join(', ')}`);
  } finally {
    await stage.close();
  }
});
