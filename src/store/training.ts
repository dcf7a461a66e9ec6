// Training from the page: start, pause, resume, stop, and going back to the shipped weights.
import { isCanceled } from '../engine/client';
import type { TrainOptions, TrainProgress } from '../engine/protocol/training';
import { announce, showProblem } from './announce';
import { engine, messageOf } from './connection';
import { type CurvePoint, desk } from './desk';
import { afterWeightsChanged, forgetResults } from './measuring';
import { sayNotKept } from './notKept';
import { networkLabel } from './ownNetworks';
import { openNetwork } from './session';
import { rememberStep, settingOf } from './setting';

/** Points kept of a training curve; when there are more, every other one is dropped. */
const CURVE_LIMIT = 200;
let call: { cancel(): void } | null = null;

/** Changes one of the options of the next run. */
export function setTrainingOption<K extends keyof ReturnType<typeof desk.getState>['trainingOptions']>(
  key: K,
  value: ReturnType<typeof desk.getState>['trainingOptions'][K],
): void {
  const before = desk.getState();
  if (before.trainingOptions[key] === value) return;
  rememberStep(settingOf(before), key);
  desk.setState({ trainingOptions: { ...before.trainingOptions, [key]: value } });
}

/** Milliseconds between two looks at the run; steps come faster than eyes and charts can follow. */
const PACE = 400;
let unseen: TrainProgress[] = [];
let lastLook = 0;

function showProgress(progress: TrainProgress): void {
  unseen.push(progress);
  const { validation, epoch, state } = progress;
  if (validation) announce(`Epoch ${epoch}: ${(validation.value * 100).toFixed(1)} percent on validation images.`);
  if (performance.now() - lastLook >= PACE || validation || state === 'paused') look();
}

/** One point of the curve for all steps since the last one. */
function look(): void {
  if (unseen.length === 0) return;
  const last = unseen[unseen.length - 1];
  const mean = (of: (progress: TrainProgress) => number) => unseen.reduce((sum, p) => sum + of(p), 0) / unseen.length;
  const point = {
    step: last.step,
    loss: mean((progress) => progress.loss),
    accuracy: mean((progress) => progress.accuracy),
    ...(last.validation ? { validation: last.validation.value } : {}),
  };
  unseen = [];
  lastLook = performance.now();
  const { curve } = desk.getState();
  const isNew = curve.length === 0 || curve[curve.length - 1].step < last.step || last.validation !== undefined;
  desk.setState({ training: last, ...(isNew ? { curve: [...thinned(curve), point] } : {}) });
}

/** Half of the points when there are too many; those with a validation accuracy all stay. */
export function thinned(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  if (curve.length < CURVE_LIMIT) return curve;
  return curve.filter((point, i) => i % 2 === 0 || point.validation !== undefined);
}

/** Starts a run with the options on the desk, under the policy on the faders when quantization-aware. */
export async function startTraining(): Promise<void> {
  const client = engine();
  const { trainingOptions, policy, scheme, network } = desk.getState();
  if (client === null || network === null) return;
  const { quantizationAware, ...rest } = trainingOptions;
  const options: TrainOptions = quantizationAware ? { ...rest, policy, scheme } : { ...rest, learnFrom: 'labels' };
  desk.setState({ trainingActive: true, training: null, curve: [], outcome: null });
  unseen = [];
  announce('Training started.');
  const mine = client.call('train', options, showProgress);
  call = mine;
  try {
    const { reason, message, steps, validation, network: trained, notKept } = await mine.result;
    look();
    desk.setState({ outcome: { reason, message, steps, validation } });
    announce(`Training ${reason}. ${message}`);
    if (notKept !== undefined) sayNotKept('weights', `What ${networkLabel(trained.id)} has learned`, notKept);
    if (desk.getState().networkId === trained.id) {
      forgetResults();
      desk.setState({ network: trained });
      afterWeightsChanged();
    }
  } catch (error) {
    if (!isCanceled(error)) showProblem(`Training failed: ${messageOf(error)}`, { error });
  } finally {
    if (call === mine) {
      call = null;
      desk.setState({ trainingActive: false, training: null });
    }
  }
}

/** Holds the run, or lets it go on. */
export function pauseTraining(paused: boolean): void {
  const { training } = desk.getState();
  if (training) desk.setState({ training: { ...training, state: paused ? 'paused' : 'running' } });
  void engine()
    ?.call('pauseTraining', { paused })
    .result.catch((error: unknown) => showProblem(`Training could not be paused: ${messageOf(error)}`, { error }));
}

/** Ends the run and keeps the weights so far. */
export function stopTraining(): void {
  call?.cancel();
}

/** Throws the weights trained here away and loads those from before: shipped, or from a person's file. */
export async function backToShipped(): Promise<void> {
  desk.setState({ outcome: null, curve: [] });
  if (await openNetwork(desk.getState().networkId, true)) announce('Back to the weights from before training.');
}
