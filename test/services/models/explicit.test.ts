import { beforeAll, describe, vi } from 'vitest';
import { testExplicitModels } from '../../conformance/models/explicit-cases.ts';
import { testLivesOfPrograms } from '../../conformance/models/explicit-life-cases.ts';
import { installPandas } from './install-pandas.ts';

beforeAll(async () => {
  vi.stubEnv('FASTSCORE_PYTHON', await installPandas());
});

describe('an explicit model in Python', () => testExplicitModels('python'));
describe('a running explicit model in Python', () => testLivesOfPrograms('python'));
