// Edits as the desk takes them: locks, solo and mute, and a budget that holds.
import { beforeEach, describe, expect, it } from 'vitest';
import { layersOf } from '../../graph/network';
import type { BitWidth } from '../../graph/policy';
import { withBits } from '../../policy/edits';
import { undo } from '../link/undo';
import { costsOf } from '../measure/costs';
import { desk, initialDesk } from '../state/desk';
import {
  applyPreset,
  beginGesture,
  endGesture,
  previewPolicy,
  setLayerBits,
  toggleMute,
  toggleSkip,
  toggleSolo,
} from './actions';
import { mutedLayers, soloLayer } from './aside';
import { bestWithin } from './budgeted';
import { toggleHold } from './hold';
import { toggleLocks } from './locked';
import { nudgeAll, setAll } from './master';

const now = () => desk.getState();
const ids = () => layersOf(now().architecture).map(({ id }) => id);
const bits = () =>
  ids()
    .map((id) => now().policy[id].weights)
    .map((width) => (width === 32 ? 'f' : String(width)))
    .join('');
const size = () => costsOf(now().architecture, now().policy, now().scheme).memory;

beforeEach(() => desk.setState(initialDesk(), true));

describe('locked layers', () => {
  it('keep their bits in presets, groups, edits of all and drags, and come loose by undo', () => {
    toggleLocks(['1a', 'fc']);
    applyPreset('4');
    expect(bits()).toBe('4844444448');
    nudgeAll(['weights'], -1);
    expect(bits()).toBe('3833333338');
    setAll(['weights', 'activations'], 2);
    expect(bits()).toBe('2822222228');
    expect(now().policy.stem.activations).toBe(32);
    setLayerBits('1a', 'weights', 3);
    beginGesture();
    previewPolicy(
      withBits(
        now().policy,
        'weights',
        new Map<string, BitWidth>([
          ['1a', 1],
          ['1b', 1],
        ]),
      ),
    );
    endGesture();
    expect(bits()).toBe('2812222228');
    for (let i = 0; i < 4; i++) undo();
    expect(now().searchForm.locked).toEqual(['1a', 'fc']);
    undo();
    expect(now().searchForm.locked).toEqual([]);
  });
});

describe('solo, mute and skip', () => {
  it('give back the bits that they set aside', () => {
    setLayerBits('2a', 'weights', 3);
    toggleSkip('1a');
    expect(bits()).toBe('8003888888');
    toggleSolo('2a');
    expect([bits(), soloLayer(now())]).toEqual(['fff3ffffff', '2a']);
    // Solo of another layer takes the place of the first one.
    toggleSolo('3b');
    expect([bits(), soloLayer(now())]).toEqual(['fffffff8ff', '3b']);
    toggleSolo('3b');
    expect([bits(), soloLayer(now())]).toEqual(['8003888888', null]);
    toggleMute(['2a', '2b']);
    expect([bits(), mutedLayers(now())]).toEqual(['800ff88888', ['2a', '2b']]);
    // A muted layer that is given bits is heard again; undo mutes it again.
    setLayerBits('2b', 'weights', 5);
    expect(mutedLayers(now())).toEqual(['2a']);
    undo();
    expect(mutedLayers(now())).toEqual(['2a', '2b']);
    toggleMute(['2a', '2b']);
    expect(bits()).toBe('8003888888');
  });
  it('bring a skipped branch back at the bits that it had', () => {
    setLayerBits('1b', 'weights', 4);
    toggleSkip('1b');
    toggleSkip('1a');
    expect(bits()).toBe('8848888888');
  });
});

describe('a budget that holds', () => {
  it('is paid when it comes on, in one undo step, and by every edit after it', () => {
    const bytes = 64 * 1024;
    desk.setState({ budget: { bytes, mode: 'warn' } });
    toggleHold();
    expect(size()).toBeLessThanOrEqual(bytes);
    const held = bits();
    undo();
    expect([bits(), now().budget?.mode]).toEqual(['8888888888', 'warn']);
    toggleHold();
    expect(bits()).toBe(held);
    for (const id of ids()) setLayerBits(id, 'weights', 8);
    expect(size()).toBeLessThanOrEqual(bytes);
    expect(now().policy.fc.weights).toBe(8);
    nudgeAll(['weights'], 2);
    expect(size()).toBeLessThanOrEqual(bytes);
  });
  it('shows who pays during a drag, and takes it back with the drag', () => {
    setAll(['weights'], 4);
    desk.setState({ budget: { bytes: size(), mode: 'hold' } });
    beginGesture();
    const start = now().policy;
    previewPolicy(withBits(start, 'weights', new Map([['3a', 8]])));
    expect(now().payers.length).toBeGreaterThan(0);
    expect(size()).toBeLessThanOrEqual(now().budget?.bytes ?? 0);
    previewPolicy(start);
    expect([bits(), now().payers]).toEqual(['4444444444', []]);
    endGesture();
  });
  it('does not pay while a layer is soloed, which is for listening', () => {
    setAll(['weights'], 4);
    desk.setState({ budget: { bytes: size(), mode: 'hold' } });
    toggleSolo('2a');
    expect(bits()).toBe('fff4ffffff');
    toggleSolo('2a');
    expect(bits()).toBe('4444444444');
  });
});

describe('the best predicted config', () => {
  it('fits the budget, changes no locked layer, and does not exist below the smallest', () => {
    toggleLocks(['3b']);
    const best = bestWithin(now(), 60 * 1024);
    expect(best?.['3b'].weights).toBe(8);
    expect(costsOf(now().architecture, best ?? now().policy, now().scheme).memory).toBeLessThanOrEqual(60 * 1024);
    expect(bestWithin(now(), 20 * 1024)).toBeUndefined();
  });
});
