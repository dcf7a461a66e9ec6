// Measuring while network, weights or engine change: nothing measured on one is shown for another.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CommandName, Params } from '../../engine/protocol/commands';
import type { Measurement } from '../../engine/protocol/measuring';
import type { LoadedNetwork } from '../../engine/protocol/opening';
import { layersOf } from '../../graph/network';
import { FLOAT, uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import type { AnyNetworkId, NetworkId } from '../../zoo/registry';
import { redo, undo } from '../link/undo';
import { openDataset, openNetwork } from '../network/session';
import { applyPreset } from '../policy/actions';
import { desk, expectedArchitecture, initialDesk } from '../state/desk';
import { setEngine } from '../state/engine';
import { measureSeries, watchPolicy } from './measuring';
import { headline, pointsHere } from './selectors';

/** The network and weights of the engine. */
let used: { id: NetworkId; weights: string };
/** Networks open once this resolves; until then the engine has the previous one. */
let mayOpen: Promise<unknown> = Promise.resolve();

/** An engine that measures its network, with a different number per network, and refuses policies for others. */
async function answer<C extends CommandName>(command: C, params: Params<C>): Promise<unknown> {
  if (command === 'openDataset')
    return { id: 'emoji10', label: '', classes: Array(10).fill(''), train: 9, validation: 9, test: 100, notes: [] };
  if (command === 'openNetwork') {
    await mayOpen;
    used = { id: (params as { network: AnyNetworkId }).network as NetworkId, weights: 'shipped' };
    return loaded();
  }
  if (command === 'evaluate') {
    const { policy, scheme } = params as Params<'evaluate'>;
    const missing = layersOf(expectedArchitecture(used.id)).find(({ id }) => policy[id] === undefined);
    if (missing) throw new Error(`The config has no entry for layer "${missing.id}".`);
    const { fingerprint } = loaded();
    const right = [...fingerprint].reduce((sum, char) => (sum + char.charCodeAt(0)) % 100, 0);
    const [accuracy, againstFloat] = [wilson(right, 100), pairedDifference(0, 1, 100)];
    return { policy, scheme, fingerprint, accuracy, againstFloat, loss: 1, final: true } as Partial<Measurement>;
  }
  return new Promise(() => {});
}
const loaded = (): LoadedNetwork => ({
  ...{ id: used.id, dataset: 'emoji10', architecture: expectedArchitecture(used.id) },
  ...{ checkpoint: { origin: 'initial', recipe: '' }, fingerprint: `${used.id} ${used.weights}` },
});
const client = {
  call: (command: CommandName, params: never) => ({
    result: new Promise((resolve) => setTimeout(resolve, 1)).then(() => answer(command, params)),
    cancel: () => {},
  }),
};

/** Fetched files arrive when a test releases them. */
const arrivals: (() => void)[] = [];
const arrive = () => {
  for (const arrived of arrivals.splice(0)) arrived();
};
const rest = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));
const settled = async () => {
  arrive();
  await vi.waitFor(() => {
    arrive();
    if (headline(desk.getState()).source !== 'measured') throw new Error('not measured yet');
  });
};
const texts = () => desk.getState().problems.map(({ text }) => text);
const accuracyShown = () => {
  const shown = headline(desk.getState());
  return shown.source === 'measured' ? shown.accuracy.value * 100 : undefined;
};

beforeEach(async () => {
  vi.stubGlobal('fetch', (path: string) => {
    const file = readFileSync(new URL(`../../../public/${path}`, import.meta.url));
    return new Promise((resolve) => arrivals.push(() => resolve(new Response(file))));
  });
  desk.setState(initialDesk(), true);
  setEngine(client as never);
  watchPolicy();
  void openDataset('emoji10');
  await rest(5);
  await settled();
});
afterEach(() => {
  mayOpen = Promise.resolve();
  setEngine(null);
  vi.unstubAllGlobals();
});

describe('measuring', () => {
  it('waits for the network that undo restores, and shows nothing of the previous one', async () => {
    const first = accuracyShown();
    applyPreset('3');
    void openNetwork('tiny');
    await rest(5); // it is open, and its shipped results are being fetched
    expect(desk.getState().network?.id).toBe('tiny');
    let open = () => {};
    mayOpen = new Promise<void>((resolve) => {
      open = resolve;
    });
    undo();
    await rest(200); // longer than the delay before measuring
    expect(texts()).toEqual([]);
    open();
    await settled();
    expect(desk.getState().networkId).toBe('resnet8');
    expect(accuracyShown()).toBe(first);
    redo();
    await rest(5);
    undo();
    undo();
    redo();
    await settled();
    expect(texts()).toEqual([]);
  });

  it('drops measurements of weights that have been replaced meanwhile', async () => {
    const before = pointsHere(desk.getState());
    used = { ...used, weights: 'trained' }; // in the engine; the page does not know yet
    applyPreset('3');
    await rest(200);
    expect(pointsHere(desk.getState())).toEqual(before);
    expect(headline(desk.getState()).source).toBe('none');
    desk.setState({ network: loaded() });
    applyPreset('4');
    await settled();
    expect(pointsHere(desk.getState())).toHaveLength(1);
    expect(texts()).toEqual([]);
  });

  it('shows only the numbers of the shipped weights again after an engine restart', async () => {
    const shipped = accuracyShown();
    used = { ...used, weights: 'trained' };
    desk.setState({ network: loaded(), current: null });
    applyPreset('4');
    await settled();
    const trained = accuracyShown();
    expect(trained).not.toBe(shipped);
    undo();
    void openNetwork('resnet8'); // the training was not stored
    await rest(5);
    await settled();
    expect(accuracyShown()).toBe(shipped);
    expect(pointsHere(desk.getState())).toHaveLength(1);
  });

  it('ends a series when its engine ends, without reporting it as measured', async () => {
    const { architecture, scheme } = desk.getState();
    const items = ([2, 3, 4, FLOAT] as const).map((bits) => ({ policy: uniformPolicy(architecture, bits, 8), scheme }));
    await rest(200);
    const count = desk.getState().measured.length;
    const stop = desk.subscribe((now) => {
      if (now.measured.length <= count) return;
      stop();
      setEngine(null);
      desk.setState({ network: null });
    });
    await measureSeries(items);
    expect(desk.getState()).toMatchObject({ seriesLeft: 0, measured: { length: count + 1 } });
    expect(desk.getState().announcement).not.toMatch(/policies measured/);
  });
});
