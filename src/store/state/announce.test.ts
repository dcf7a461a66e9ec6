import { beforeEach, expect, test } from 'vitest';
import { dismissProblem, showProblem } from './announce';
import { desk, initialDesk } from './desk';

beforeEach(() => desk.setState(initialDesk(), true));
const texts = () => desk.getState().problems.map(({ text }) => text);

test('a second problem does not hide the first, and a repeated one is shown once', () => {
  showProblem('one');
  showProblem('two');
  showProblem('one');
  expect(texts()).toEqual(['two', 'one']);
  dismissProblem(desk.getState().problems[0]);
  expect(texts()).toEqual(['one']);
});

test('the error behind a problem is stored as plain data, with its cause', () => {
  showProblem('It failed.', { error: new RangeError('out of range', { cause: new Error('the driver said so') }) });
  const [{ error }] = desk.getState().problems;
  expect(error).toMatchObject({ name: 'RangeError', message: 'out of range', cause: 'the driver said so' });
  expect(error?.stack).toContain('announce.test');
  expect(structuredClone(error)).toEqual(error);
});
