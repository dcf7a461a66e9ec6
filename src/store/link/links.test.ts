// Links that may be in circulation; the meaning of each must never change. `differs` has the differences of the link's state
// from `firstState` of its network, with widths written as `weights/activations` per layer.
import { expect, it } from 'vitest';
import type { LinkState } from './codecs';
import links from './fixtures/links.json';
import { firstState, readLink, writeLink } from './link';

const widths = (policy: LinkState['policy']) =>
  Object.values(policy)
    .map(({ weights, activations }) => `${weights}/${activations}`)
    .join(' ');

/** The entries of `object` that `first` lacks or that differ. */
function differences(object: object, first: object): Record<string, unknown> {
  const before = new Map(Object.entries(first).map(([key, value]) => [key, JSON.stringify(value)]));
  return Object.fromEntries(Object.entries(object).filter(([key, value]) => JSON.stringify(value) !== before.get(key)));
}

it.each(links)('$link', ({ link, written = link, network, differs }) => {
  const { state, problems } = readLink(link);
  expect(problems).toEqual([]);
  const { networkId, architecture, ...rest } = state as LinkState;
  expect(networkId).toBe(network);
  const first = firstState(networkId, architecture);
  const actual = differences(rest, first);
  if ('policy' in actual) actual.policy = widths(rest.policy);
  if ('pins' in actual) actual.pins = rest.pins.map(({ name, policy }) => [name, widths(policy)]);
  if ('trainingOptions' in actual) actual.trainingOptions = differences(rest.trainingOptions, first.trainingOptions);
  if ('searchForm' in actual) actual.searchForm = differences(rest.searchForm, first.searchForm);
  expect(actual).toEqual(differs);
  expect(writeLink(state as LinkState)).toBe(written);
});
