import { expect, test } from 'vitest';
import { searches } from '../../search/registry';
import { METHOD_IDS } from './searchForm';

test('links know every method by the name of its file', () => {
  expect([...METHOD_IDS].sort()).toEqual(Object.keys(searches).sort());
});
