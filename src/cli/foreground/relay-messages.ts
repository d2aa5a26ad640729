import type { Reject } from '../../core/records.ts';
import type { Engine } from '../../engine/types.ts';
import { LOG_LEVEL } from '../../engine/types.ts';
import { masked } from '../../util/masked.ts';
import type { Cli } from '../command.ts';
import { printableLine } from '../output/printable.ts';
import type { RejectCount } from '../reject-count.ts';
import { tellRejects } from '../reject-count.ts';
import { shorten } from '../shorten.ts';

const REJECTS_SHOWN = 3;
const LONGEST_REJECT = 80;

/** What an engine has to say, on stderr: the model's own output, warnings, the first rejected records. */
export function relayMessages(cli: Cli, engine: Engine): { stop(): void; summarise(): void } {
  let rejected = 0;
  const stop = engine.onMessage((message) => {
    switch (message.type) {
      case 'model-console':
        cli.out.note(message.text.replace(/\n$/, ''));
        break;
      case 'log':
        // What is worse than a warning is told once, as the error that the command ends with.
        if (message.level === LOG_LEVEL.warning) cli.out.warn(masked(message.text));
        break;
      case 'reject':
        rejected++;
        if (rejected <= REJECTS_SHOWN) cli.out.note(describeReject(message.reject));
        break;
      case 'engine-state':
        if (cli.out.verbose) cli.out.note(`Engine state is ${message.state.toUpperCase()}`);
        break;
      default:
    }
  });
  return {
    stop,
    summarise() {
      tellRejects(cli, rejectCounts(engine));
    },
  };
}

/** What each slot of a run in this process has rejected. */
export function rejectCounts(engine: Engine): RejectCount[] {
  return engine.status().slots.map(({ slot, rejectedByEncoding, rejectedBySchema }) => ({
    slot,
    count: rejectedByEncoding + rejectedBySchema,
  }));
}

function describeReject({ by, slot, seqno, text, reason }: Reject): string {
  const which = seqno === null ? `Output to slot ${slot}` : `Record ${seqno} of slot ${slot}`;
  return `${which} rejected by ${by}: ${shorten(printableLine(text), LONGEST_REJECT)} (${printableLine(reason)})`;
}
