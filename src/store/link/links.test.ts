// Links that people may have by now: what each means must never change. `differs` holds what the link's state has other
// than `firstState` of its network; widths are written `weights/activations` by layer.
import { expect, it } from 'vitest';
import type { LinkState } from './codecs';
import links from './fixtures/links.json';
import { firstState, readLink, writeLink } from './link';

const widths = (policy: LinkState['policy']) =>
  Object.values(policy)
    .map(({ weights, activations }) => `${weights}/${activations}`)
    .join(' ');

/** The entries of `object` that `first` has not, or has otherwise. */
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
  const found = differences(rest, first);
  if ('policy' in found) found.policy = widths(rest.policy);
  if ('trainingOptions' in found) found.trainingOptions = differences(rest.trainingOptions, first.trainingOptions);
  if ('searchForm' in found) found.searchForm = differences(rest.searchForm, first.searchForm);
  expect(found).toEqual(differs);
  expect(writeLink(state as LinkState)).toBe(written);
});
