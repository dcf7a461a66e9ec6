import { beforeEach, expect, test } from 'vitest';
import type { SearchMethodCard } from '../../engine/protocol/searching';
import { readLink } from '../link/link';
import { desk, initialDesk } from '../state/desk';
import { fitOptions, watchOptions } from './options';

const card: SearchMethodCard = {
  id: 'mtgp',
  label: 'MTGP',
  explanation: '',
  source: '',
  options: {
    every: {
      kind: 'number',
      label: 'Full fine-tuning once every (configs)',
      initial: 5,
      min: 1,
      max: 100,
      integer: true,
    },
    tasks: { kind: 'choice', label: 'Tasks', initial: '0, 1/4, 1', choices: ['0, 1/4, 1', '0, 1', '1'] },
  },
};

beforeEach(() => desk.setState(initialDesk('tiny')));

test('options of a link are checked once the methods are known, and invalid ones are reported', () => {
  const { state, problems } = readLink('v1/tiny/emoji10/method=mtgp/options=every:3,tasks:0-1,rank:2');
  expect(problems).toEqual([]);
  watchOptions();
  desk.setState({ searchForm: state?.searchForm ?? desk.getState().searchForm });
  desk.setState({ searchMethods: [card] });
  expect(desk.getState().searchForm.options).toEqual({ mtgp: { every: 3, tasks: '0, 1' } });
  expect(desk.getState().linkProblems).toEqual([
    { part: 'options=rank:2', why: 'MTGP has no such option.', instead: 'The option stays as it is.' },
  ]);
  const { options } = desk.getState().searchForm;
  expect(fitOptions([card], options).options).toBe(options);
});

test.each([
  [{ every: 0 }, 'For this option, MTGP takes whole numbers from 1 to 100.'],
  [{ every: 2.5 }, 'For this option, MTGP takes whole numbers from 1 to 100.'],
  [{ tasks: '0-1-2' }, 'For this option, MTGP takes 0-1-4-1, 0-1, 1.'],
])('%j is ignored', (values, why) => {
  const { options, problems } = fitOptions([card], { mtgp: values as never });
  expect(options).toEqual({ mtgp: {} });
  expect(problems.map((problem) => problem.why)).toEqual([why]);
});

test('a single share of fine-tuning is read as one of the choices', () => {
  expect(fitOptions([card], { mtgp: { tasks: 1 } }).options).toEqual({ mtgp: { tasks: '1' } });
});
