// Follows the config on the faders: what its file takes on the chosen board, and its accuracy as the board computes it.
import { kernelsOf } from '../../device/devices';
import { isCanceled } from '../../engine/client';
import { samePolicy } from '../../graph/policy';
import { device as deviceWords } from '../../words/en/device';
import { contextOf } from '../measure/selectors';
import { showProblem } from '../state/announce';
import type { BoardSlice } from '../state/board';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { boardTraits, deviceById } from './board';

/** Test images measured in integers, which takes milliseconds per image. */
const IMAGES = 500;
/** Fewer say nothing, and are not shown. */
const FEWEST = 64;
/** Delay after the last change, in milliseconds. */
const SETTLE = { memory: 60, accuracy: 400 } as const;

const isHere = (now: Desk, of: Pick<Desk, 'policy'> & { readonly context: string }) =>
  of.context === contextOf(now) && samePolicy(of.policy, now.policy);

async function measureMemory(): Promise<void> {
  const state = desk.getState();
  const { policy, scheme, network, board, boardMemory } = state;
  const device = board === null ? undefined : deviceById(board.device);
  const client = engine();
  if (client === null || network === null || device === undefined) return;
  const kernels = kernelsOf(device);
  const here = { policy, kernels, context: contextOf(state) };
  if (boardMemory?.kernels === kernels && isHere(state, boardMemory)) return;
  try {
    const memory = await client.call('deviceMemory', { policy, scheme, kernels }).result;
    if (isHere(desk.getState(), here)) desk.setState({ boardMemory: { ...memory, ...here }, boardProblem: null });
  } catch (error) {
    if (!isCanceled(error) && isHere(desk.getState(), here)) desk.setState({ boardProblem: messageOf(error) });
  }
}

let running: { cancel(): void } | null = null;

async function measureAccuracy(): Promise<void> {
  running?.cancel();
  running = null;
  const state = desk.getState();
  const { policy, scheme, network, measuredAs, dataset, deviceResult } = state;
  const client = engine();
  if (client === null || network === null || dataset === null || measuredAs === 'page') return;
  const here = { policy, context: contextOf(state) };
  if (deviceResult?.final && deviceResult.rounding === measuredAs && isHere(state, deviceResult)) return;
  const isCurrent = () =>
    running === call && desk.getState().measuredAs === measuredAs && isHere(desk.getState(), here);
  const show = (accuracy: NonNullable<BoardSlice['deviceResult']>['accuracy'], final: boolean) => {
    if (isCurrent()) desk.setState({ deviceResult: { ...here, rounding: measuredAs, accuracy, final } });
  };
  const params = { policy, scheme, split: 'test', images: IMAGES, rounding: measuredAs } as const;
  desk.setState({ deviceProblem: null });
  const call = client.call('evaluateOnDevice', params, (accuracy) => {
    if (accuracy.n >= FEWEST) show(accuracy, false);
  });
  running = call;
  try {
    show((await call.result).accuracy, true);
  } catch (error) {
    if (!isCanceled(error) && isCurrent()) desk.setState({ deviceProblem: messageOf(error) });
  }
}

let watching = false;

/** What follows from the board of a link, whose id may be of another version of the list. */
function recognize({ board, computedBits: known, estimates }: Desk): void {
  const device = board === null ? undefined : deviceById(board.device);
  const traits = boardTraits(device);
  const isKnown = traits.computedBits?.join() === known?.join() && traits.estimates === estimates;
  if (board !== null && device === undefined) {
    desk.setState({ board: null, ...traits });
    showProblem(deviceWords.unknown(board.device));
  } else if (!isKnown) desk.setState(traits);
}

/** Measures now and after every change that matters. Called once a board is chosen or looked for. */
export function watchBoard(): void {
  if (watching) return;
  watching = true;
  const timers: Partial<Record<keyof typeof SETTLE, ReturnType<typeof setTimeout>>> = {};
  const soon = (what: keyof typeof SETTLE, act: () => Promise<void>) => {
    clearTimeout(timers[what]);
    timers[what] = setTimeout(() => void act(), SETTLE[what]);
  };
  const follow = (now: Desk, before?: Desk) => {
    const changed = (...keys: (keyof Desk)[]) => before === undefined || keys.some((key) => now[key] !== before[key]);
    if (!changed('policy', 'scheme', 'network', 'board', 'measuredAs')) return;
    recognize(now);
    if (now.board !== null) soon('memory', measureMemory);
    if (now.measuredAs !== 'page') soon('accuracy', measureAccuracy);
    else running?.cancel();
  };
  desk.subscribe(follow);
  follow(desk.getState());
}
