import { describeWithR } from '../../languages.ts';
import { testLivesOfPrograms } from './explicit-life-cases.ts';

describeWithR('a running explicit model in R', () => testLivesOfPrograms('R'));
