import { expect, test } from 'vitest';
import { kindsOf } from './unsupported';

test('one kind per operation and cause, with its nodes in file order', () => {
  const why = 'The page knows ReLU.';
  expect(
    kindsOf([
      { node: 'a', op: 'Sigmoid', why },
      { node: 'b', op: 'Tanh', why },
      { node: 'c', op: 'Sigmoid', why },
      { node: 'd', op: 'Sigmoid', why: 'It is last.' },
    ]),
  ).toEqual([
    { op: 'Sigmoid', why, nodes: ['a', 'c'] },
    { op: 'Tanh', why, nodes: ['b'] },
    { op: 'Sigmoid', why: 'It is last.', nodes: ['d'] },
  ]);
  expect(kindsOf([])).toEqual([]);
});
