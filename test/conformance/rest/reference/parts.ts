import { addressing } from './addressing.ts';
import { common } from './common.ts';
import { connect } from './connect.ts';
import { engineLoad } from './engine-load.ts';
import { engineStates } from './engine-states.ts';
import { engineV1 } from './engine-v1.ts';
import { engineV2 } from './engine-v2.ts';
import { modelManage } from './model-manage.ts';
import { pneumo } from './pneumo.ts';
import { restStreams } from './rest-streams.ts';
import type { Part } from './row.ts';
import { snapshots } from './snapshots.ts';

/** What the REST API of 1.10 does, in the order in which it is tried. */
export const PARTS: readonly Part[] = [
  addressing,
  common,
  connect,
  modelManage,
  engineLoad,
  engineV1,
  engineV2,
  engineStates,
  restStreams,
  snapshots,
  pneumo,
];
