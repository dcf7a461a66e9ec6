// Two tabs that train: each knows of the other's run and its end, and does not offer it as interrupted.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { desk, initialDesk } from '../state/desk';
import { isTrainedElsewhere, watchTrainingTabs } from './tabs';

const run = { id: 'theirs', networkId: 'tiny', datasetId: 'emoji10' } as const;
const ours = { ...run, id: 'ours', fingerprint: 'f', options: {} as never, step: 0, steps: 9 };
const sent: unknown[] = [];
const channel = {
  postMessage: (message: unknown) => sent.push(message),
  onmessage: null,
} as unknown as BroadcastChannel;
const hear = (data: unknown) => channel.onmessage?.call(channel, { data } as MessageEvent);

vi.stubGlobal('addEventListener', () => {});
vi.useFakeTimers();
watchTrainingTabs(channel);

beforeEach(() => {
  desk.setState(initialDesk('tiny'), true);
  sent.length = 0;
});
afterEach(() => vi.clearAllTimers());

test('a run in another tab is known until it ends or its tab has been silent for too long', () => {
  hear({ kind: 'training', run });
  expect(isTrainedElsewhere(desk.getState())).toBe(true);
  hear({ kind: 'ended', run, changed: false });
  expect(isTrainedElsewhere(desk.getState())).toBe(false);
  expect(desk.getState().notice).toBeNull();
  hear({ kind: 'training', run });
  vi.advanceTimersByTime(80_000);
  hear({ kind: 'training', run });
  vi.advanceTimersByTime(80_000);
  expect(isTrainedElsewhere(desk.getState())).toBe(true);
  vi.advanceTimersByTime(20_000);
  expect(isTrainedElsewhere(desk.getState())).toBe(false);
});

test('reports weights trained in another tab for the network and images in use', () => {
  hear({ kind: 'ended', run: { ...run, networkId: 'resnet8' }, changed: true });
  expect(desk.getState().notice).toBeNull();
  hear({ kind: 'ended', run, changed: true });
  expect(desk.getState().notice?.text).toMatch(/Another tab has trained Tiny\. The next visit opens its weights/);
});

test('tells other tabs of a run here, and again on request', () => {
  desk.setState({ run: ours });
  hear({ kind: 'who' });
  desk.setState({ run: { ...ours, step: 5 } });
  desk.setState({ run: null });
  const { id, networkId, datasetId } = ours;
  const mine = { id, networkId, datasetId };
  expect(sent).toEqual([
    { kind: 'training', run: mine },
    { kind: 'training', run: mine },
    { kind: 'ended', run: mine, changed: false },
  ]);
});
