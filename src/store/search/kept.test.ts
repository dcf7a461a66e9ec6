// A full storage, and tabs that share one.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EngineClient } from '../../engine/client';
import { networks } from '../../zoo/registry';
import { listOwnNetwork, recallOwnNetworks, unlistOwnNetwork } from '../network/own';
import { listUnlisted } from '../network/unlisted';
import { desk, initialDesk } from '../state/desk';
import { setEngine } from '../state/engine';
import { memoryStorage } from '../state/storage.testing';
import { removeUnreadable, unreadableText } from '../state/unreadable';
import { changeRun, putRun } from './changes';
import { pausedRun } from './runs.testing';
import { storedRun } from './storage';

const architecture = networks.tiny.build([32, 32, 3], 10);
const names = () => desk.getState().ownNetworks.map(({ label }) => label);
type Heard = (event: { key: string | null; newValue: string | null }) => void;
let heard: Heard[] = [];
/** What this tab hears when another one writes. */
const otherTab = (key: string, newValue: string | null) => {
  if (newValue === null) localStorage.removeItem(key);
  else localStorage.setItem(key, newValue);
  for (const listener of heard) listener({ key, newValue });
};

beforeEach(() => {
  heard = [];
  vi.stubGlobal('localStorage', memoryStorage());
  vi.stubGlobal('window', { addEventListener: (_: string, listener: Heard) => heard.push(listener) });
  vi.spyOn(Date, 'now').mockReturnValue(1000);
  desk.setState(initialDesk('tiny'), true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('two tabs bring one network each: both are listed, here at once, in each after a reload', () => {
  recallOwnNetworks();
  listOwnNetwork({ id: 'own-alpha', label: 'alpha', architecture });
  otherTab('fewbits.own-network.own-beta', JSON.stringify({ label: 'beta', at: 2000, architecture }));
  expect(names()).toEqual(['beta', 'alpha']);
  desk.setState({ ownNetworks: [] });
  recallOwnNetworks();
  expect(names()).toEqual(['beta', 'alpha']);
  otherTab('fewbits.own-network.own-beta', null);
  expect(names()).toEqual(['alpha']);
  unlistOwnNetwork('own-alpha');
  recallOwnNetworks();
  expect(names()).toEqual([]);
});

test('the list of former versions is taken over; a damaged one is set aside whole', () => {
  const old = [
    { id: 'own-b', label: 'b', architecture },
    { id: 'own-a', label: 'a', architecture },
  ];
  localStorage.setItem('fewbits.own-networks', JSON.stringify(old));
  recallOwnNetworks();
  expect(names()).toEqual(['b', 'a']);
  expect(localStorage.getItem('fewbits.own-networks')).toBeNull();
  localStorage.setItem('fewbits.own-networks', '[{"label":"c","architecture":{"name":"c","nodes":[]}}]');
  recallOwnNetworks();
  expect(names()).toEqual(['b', 'a']);
  expect(desk.getState().unreadable).toEqual([{ kind: 'network', key: 'fewbits.own-networks' }]);
});

test('what another tab writes is checked too; what cannot be read can be taken along and away', () => {
  recallOwnNetworks();
  const key = 'fewbits.own-network.own-beta';
  otherTab(key, '{"label":"beta","architecture":{"name":"beta","nodes":[]}}');
  const { unreadable } = desk.getState();
  expect(unreadable).toEqual([{ kind: 'network', key }]);
  expect(JSON.parse(unreadableText(unreadable))[key]).toContain('"nodes":[]');
  removeUnreadable(unreadable);
  expect([desk.getState().unreadable, localStorage.getItem(key)]).toEqual([[], null]);
});

test('a run that finds no room is said once, stays on the page, and an older state does not take its place', () => {
  const run = pausedRun('a');
  putRun(run);
  changeRun('a', { state: 'paused' });
  const room = localStorage.getItem('fewbits.search.a')?.length ?? 0;
  const old = localStorage.getItem('fewbits.search.a') as string;
  vi.stubGlobal('localStorage', memoryStorage(room + 20));
  localStorage.setItem('fewbits.search.a', old);
  changeRun('a', { state: 'done', why: 'a reason that takes more room than there is left' });
  changeRun('a', { used: 1 });
  const { problems, runs } = desk.getState();
  expect(problems.map(({ text }) => text)).toEqual([
    expect.stringMatching(/^run a could not be kept in this browser: .*no room left.*Discard searches/),
  ]);
  expect(runs).toMatchObject([{ id: 'a', state: 'done', used: 1 }]);
  expect(storedRun('a')).toBeUndefined();
});

test('a network whose entry was lost is listed again once the engine has found it', async () => {
  const asked: unknown[] = [];
  const found = [{ id: 'own-alpha', architecture: { ...architecture, name: 'alpha' } }];
  const call = (command: string, params: unknown) => {
    asked.push({ command, params });
    return { result: Promise.resolve(found) };
  };
  setEngine({ call } as unknown as EngineClient);
  listOwnNetwork({ id: 'own-beta', label: 'beta', architecture });
  await listUnlisted();
  setEngine(null);
  expect(asked).toEqual([{ command: 'unlistedNetworks', params: { listed: ['own-beta'] } }]);
  expect(names().sort()).toEqual(['alpha', 'beta']);
});
