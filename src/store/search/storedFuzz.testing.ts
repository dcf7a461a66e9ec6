// Another version of the page, an extension or the user may change stored entries. Whatever an entry contains, it is either
// read as a run or a network with which the whole page can be rendered, or listed as unreadable. Shared by two tests: a
// short one, and one with 500 changes that `npm run test:long` runs.
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Inside, RunPoint } from '../../engine/protocol/searching';
import { uniformPolicy } from '../../graph/policy';
import { createRng, type Rng } from '../../math/rng';
import { wilson } from '../../math/statistics';
import { App } from '../../ui/App';
import Unreadable from '../../ui/page/Unreadable';
import Plot from '../../ui/plot/Plot';
import Compare from '../../ui/search/Compare';
import Search from '../../ui/search/Search';
import ShownRun from '../../ui/search/ShownRun';
import Training from '../../ui/train/Training';
import { networks } from '../../zoo/registry';
import { listOwnNetwork, recallOwnNetworks } from '../network/own';
import { desk, initialDesk } from '../state/desk';
import { loadedDesk } from '../state/desk.testing';
import { memoryStorage } from '../state/storage.testing';
import { lookForInterrupted } from '../train/interrupted';
import { storeTraining } from '../train/storage';
import { startSearches } from './queue';
import { pausedRun } from './runs.testing';
import { storeRun } from './storage';

const architecture = networks.resnet8.build([32, 32, 3], 10);
const layers = Object.keys(uniformPolicy(architecture, 8, 8));
const spent = { forward: 256, backward: 0, evaluations: 1, seconds: 1.5 };
const points = ([2, 4, 8] as const).map(
  (bits, i): RunPoint => ({
    policy: uniformPolicy(architecture, bits, 8),
    steps: i === 2 ? 'shared' : 0,
    role: i === 1 ? 'control' : 'candidate',
    accuracy: wilson(100 + 30 * i, 256),
    loss: 2 - i / 2,
    spent,
  }),
);
const [first, second] = points;
const INSIDES: readonly Inside[] = [
  {
    kind: 'posterior',
    tasks: [
      { label: '16 images', cost: 16, gain: 0.1 },
      { label: '256 images', cost: 256, gain: 0.2 },
    ],
    candidates: [
      { averageBits: 3, mean: 0.6, sd: 0.1 },
      { averageBits: 5, mean: 0.7, sd: 0.05 },
    ],
    correlation: [
      [1, 0.5],
      [0.5, 1],
    ],
    choice: { policy: first.policy, mean: 0.7, sd: 0.1 },
    next: { policy: second.policy, mean: 0.6, sd: 0.2, task: 1 },
  },
  {
    kind: 'importance',
    layers: layers.map((id) => ({ id, bits: [2, 4], weights: [0.3, 0.1], activations: [0.2], activationBits: [8] })),
    loss: 1.2,
    program: { penalty: 3, bound: 2.9, optimal: false, nodes: 12 },
  },
  {
    kind: 'mixture',
    temperature: 1.5,
    layers: layers.map((id) => ({ id, bits: [2, 4], probabilities: [0.25, 0.75] })),
    averageBits: 3.5,
    loss: 1.1,
  },
  { kind: 'population', size: 1, origins: 'r', loss: 0.9 },
  { kind: 'table', label: 'increase', layers: layers.map((id) => ({ id, bits: [2, 4], values: [0.5, Number.NaN] })) },
];

/** Values that are invalid in most places. */
const WRONG: readonly unknown[] = [
  null,
  true,
  '',
  'constructor',
  '__proto__',
  -1,
  0,
  0.5,
  1e308,
  33,
  [],
  {},
  [null],
  [[]],
  { a: 1 },
];

/** Changes a JSON value in one place: replaces, removes or duplicates something. */
function mutate(value: unknown, rng: Rng): unknown {
  const places: { readonly of: Record<string, unknown>; readonly key: string }[] = [];
  const walk = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const key of Object.keys(node)) {
      places.push({ of: node as Record<string, unknown>, key });
      walk((node as Record<string, unknown>)[key]);
    }
  };
  walk(value);
  const place = places[Math.floor(rng.uniform() * places.length)];
  if (place === undefined) return WRONG[Math.floor(rng.uniform() * WRONG.length)];
  const { of, key } = place;
  const dice = rng.uniform();
  if (dice < 0.25 && Array.isArray(of)) of.splice(Number(key), 1);
  else if (dice < 0.25) delete of[key];
  else if (dice < 0.35 && Array.isArray(of)) of.push(structuredClone(of[Number(key)]));
  else of[key] = structuredClone(WRONG[Math.floor(rng.uniform() * WRONG.length)]);
  return value;
}

/** Damages an entry: one or more changes of its JSON, or its text truncated or with a changed letter. */
function damage(text: string, rng: Rng): string {
  const dice = rng.uniform();
  const at = Math.floor(rng.uniform() * text.length);
  if (dice < 0.05) return text.slice(0, at);
  if (dice < 0.1)
    return text.slice(0, at) + String.fromCharCode(32 + Math.floor(rng.uniform() * 95)) + text.slice(at + 1);
  let value: unknown = JSON.parse(text);
  for (let times = dice < 0.8 ? 1 : 3; times > 0; times--) value = mutate(value, rng);
  return JSON.stringify(value);
}

/** The desk after the page has opened with the stored entries, a network in use and one run shown. */
function openPage(shown: string): void {
  const opened = loadedDesk();
  desk.setState({ ...opened, network: opened.network && { ...opened.network, fingerprint: 'f' } }, true);
  recallOwnNetworks();
  startSearches();
  lookForInterrupted();
  desk.setState({ shownRun: shown });
}

const table = {
  label: 'step',
  layers: Object.entries(first.policy).map(([id, { weights, activations }]) => ({
    id,
    choices: [[weights, activations, 0.5] as const],
  })),
};

/** Stores searches with every kind of inside, an imported network, and a training run. */
function storeThings(): string[] {
  openPage('');
  const { scheme } = desk.getState();
  INSIDES.forEach((inside, i) => {
    const run = pausedRun(`run${i}`, {
      network: 'resnet8',
      points,
      inside,
      chosen: { policy: first.policy, because: 'best', control: second.policy, table },
    });
    const front = [{ policy: first.policy, steps: 0, searched: first.accuracy, tested: wilson(60, 128) }];
    storeRun({
      ...run,
      setting: { ...run.setting, scheme, seeds: [first.policy] },
      front,
      state: i === 0 ? 'running' : 'done',
    });
  });
  listOwnNetwork({ id: 'own-mine', label: 'mine', architecture: networks.tiny.build([32, 32, 3], 10) });
  const { quantizationAware: _, shards, ...options } = desk.getState().trainingOptions;
  const policy = uniformPolicy(architecture, 3, 8);
  const run = { id: 'cut', networkId: 'resnet8', datasetId: 'emoji10', fingerprint: 'f', step: 20, steps: 60 } as const;
  storeTraining({ ...run, options: { ...options, shards: Number(shards), policy, scheme } });
  return Object.keys(localStorage);
}

/** The page and what it loads when there is need of it, as text. */
function renderPage(): string {
  return [App, Plot, Unreadable, Search, ShownRun, Compare, Training]
    .map((View) => renderToString(createElement(View)))
    .join('');
}

/** True for a readable run that the user discarded, which is hidden. */
function isDiscarded(text: string | null): boolean {
  try {
    return JSON.parse(text ?? '').discarded === true;
  } catch {
    return false;
  }
}

/** Tests that the page renders with intact entries, and with `count` damaged entries in turn. */
export function testDamage(count: number, seed: number): void {
  const timeout = 600_000;
  let warned: string[] = [];
  beforeEach(() => {
    vi.stubGlobal('localStorage', memoryStorage());
    vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
    vi.stubGlobal('document', { documentElement: { dataset: {} } });
    vi.stubGlobal('location', new URL('http://127.0.0.1/'));
    vi.stubGlobal('isSecureContext', true);
    vi.stubGlobal('navigator', { languages: ['en-US'] });
    vi.stubGlobal('getComputedStyle', () => ({ getPropertyValue: () => '12px' }));
    // Server rendering uses the initial state; use the current one instead.
    vi.spyOn(desk, 'getInitialState').mockImplementation(() => desk.getState());
    warned = [];
    vi.spyOn(console, 'error').mockImplementation((...words) => void warned.push(words.join(' ')));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
    desk.setState(initialDesk(), true);
  });

  test('intact entries are rendered, and none is set aside', () => {
    storeThings();
    for (let i = 0; i < INSIDES.length; i++) {
      openPage(`run${i}`);
      expect(desk.getState()).toMatchObject({
        unreadable: [],
        ownNetworks: [{ id: 'own-mine' }],
        interrupted: [{ id: 'cut' }],
      });
      expect(desk.getState().runs.map(({ inside }) => inside?.kind)).toEqual(INSIDES.map(({ kind }) => kind).reverse());
      const page = renderPage();
      expect(page).toContain('run run0');
      expect(page).not.toContain('could not be read');
    }
    expect(warned).toEqual([]);
  });

  test(`${count} damaged entries break no panel: each is rendered or listed as unreadable`, {
    timeout,
  }, () => {
    const rng = createRng(seed);
    let aside = 0;
    for (let n = 0; n < count; n++) {
      localStorage.clear();
      const keys = storeThings();
      const key = keys[Math.floor(rng.uniform() * keys.length)];
      localStorage.setItem(key, damage(localStorage.getItem(key) as string, rng));
      const text = localStorage.getItem(key);
      try {
        openPage(key.split('.').at(-1) as string);
        const page = renderPage();
        const { unreadable, runs, ownNetworks, interrupted } = desk.getState();
        aside += unreadable.length;
        // Nothing disappears silently: an entry that is not rendered is listed, and still stored. Damage may also make
        // an intact run one that the user discarded.
        const rendered = runs.length + ownNetworks.length + interrupted.length;
        expect(rendered + unreadable.length).toBe(keys.length - (isDiscarded(text) ? 1 : 0));
        if (unreadable.length > 0) expect(page).toContain('could not be read');
        if (unreadable.length > 0) expect(localStorage.getItem(key)).toBe(text);
      } catch (error) {
        throw new Error(`Mutation ${n} of ${key}: ${text?.slice(0, 9000)}`, { cause: error });
      }
    }
    // Some changes are harmless: a time, a name.
    expect(aside).toBeGreaterThan(count / 5);
    expect(aside).toBeLessThan(count);
  });
}
