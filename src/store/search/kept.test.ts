// Full storages, and tabs that share a storage.
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
let listeners: Heard[] = [];
/** Simulates a write by another tab. */
const otherTab = (key: string, newValue: string | null) => {
  if (newValue === null) localStorage.removeItem(key);
  else localStorage.setItem(key, newValue);
  for (const listener of listeners) listener({ key, newValue });
};

beforeEach(() => {
  listeners = [];
  vi.stubGlobal('localStorage', memoryStorage());
  vi.stubGlobal('window', { addEventListener: (_: string, listener: Heard) => listeners.push(listener) });
  vi.spyOn(Date, 'now').mockReturnValue(1000);
  desk.setState(initialDesk('tiny'), true);
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

test('networks imported in two tabs are both listed, here at once and in each tab after a reload', () => {
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

test('the list of earlier versions is converted; a damaged one is set aside as a whole', () => {
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

test('entries written by other tabs are checked too; unreadable ones can be saved and removed', () => {
  recallOwnNetworks();
  const key = 'fewbits.own-network.own-beta';
  otherTab(key, '{"label":"beta","architecture":{"name":"beta","nodes":[]}}');
  const { unreadable } = desk.getState();
  expect(unreadable).toEqual([{ kind: 'network', key }]);
  expect(JSON.parse(unreadableText(unreadable))[key]).toContain('"nodes":[]');
  removeUnreadable(unreadable);
  expect([desk.getState().unreadable, localStorage.getItem(key)]).toEqual([[], null]);
});

test('a run that does not fit is reported once, and stays on the page without being replaced by an older state', () => {
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
    expect.stringMatching(/^run a could not be kept in this browser: .*full or refuses it.*Discard searches/),
  ]);
  expect(runs).toMatchObject([{ id: 'a', state: 'done', used: 1 }]);
  expect(storedRun('a')).toBeUndefined();
});

test('a network whose entry was lost is listed again once the engine has found it', async () => {
  const calls: unknown[] = [];
  const unlisted = [{ id: 'own-alpha', architecture: { ...architecture, name: 'alpha' } }];
  const call = (command: string, params: unknown) => {
    calls.push({ command, params });
    return { result: Promise.resolve(unlisted) };
  };
  setEngine({ call } as unknown as EngineClient);
  listOwnNetwork({ id: 'own-beta', label: 'beta', architecture });
  await listUnlisted();
  setEngine(null);
  expect(calls).toEqual([{ command: 'unlistedNetworks', params: { listed: ['own-beta'] } }]);
  expect(names().sort()).toEqual(['alpha', 'beta']);
});
