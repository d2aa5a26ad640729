import { describeWithPython, describeWithR } from '../../languages.ts';
import { testExplicitModels, testWritingPrograms } from './explicit-cases.ts';

describeWithPython('an explicit model in Python', () => testWritingPrograms('python'));

describeWithR('an explicit model in R', () => {
  testExplicitModels('R');
  testWritingPrograms('R');
});
