// Training from the page: start, pause, resume, stop, and going back to the shipped weights.
import { isCanceled } from '../engine/client';
import type { TrainOptions, TrainProgress } from '../engine/protocol';
import { announce, showProblem } from './announce';
import { engine, messageOf } from './connection';
import { desk } from './desk';
import { afterWeightsChanged, forgetResults } from './measuring';
import { openNetwork } from './session';

/** Points kept of a training curve; when there are more, every other one is dropped. */
const CURVE_LIMIT = 400;
let call: { cancel(): void } | null = null;

/** Changes one of the options of the next run. */
export function setTrainingOption<K extends keyof ReturnType<typeof desk.getState>['trainingOptions']>(
  key: K,
  value: ReturnType<typeof desk.getState>['trainingOptions'][K],
): void {
  desk.setState({ trainingOptions: { ...desk.getState().trainingOptions, [key]: value } });
}

function showProgress(progress: TrainProgress): void {
  const { step, loss, accuracy, validation, state } = progress;
  const { curve } = desk.getState();
  const last = curve[curve.length - 1];
  if (last !== undefined && last.step === step && validation === undefined) {
    desk.setState({ training: progress });
    return;
  }
  const point = { step, loss, accuracy, ...(validation ? { validation: validation.value } : {}) };
  const thinned =
    curve.length < CURVE_LIMIT ? curve : curve.filter((old, i) => i % 2 === 0 || old.validation !== undefined);
  desk.setState({ training: progress, curve: state === 'paused' ? curve : [...thinned, point] });
  if (validation)
    announce(`Epoch ${progress.epoch}: ${(validation.value * 100).toFixed(1)} percent on validation images.`);
}

/** Starts a run with the options on the desk, under the policy on the faders when quantization-aware. */
export async function startTraining(): Promise<void> {
  const client = engine();
  const { trainingOptions, policy, scheme, network } = desk.getState();
  if (client === null || network === null) return;
  const { quantizationAware, ...rest } = trainingOptions;
  const options: TrainOptions = quantizationAware ? { ...rest, policy, scheme } : rest;
  desk.setState({ trainingActive: true, training: null, curve: [], outcome: null });
  announce('Training started.');
  const mine = client.call('train', options, showProgress);
  call = mine;
  try {
    const { reason, message, steps, validation, network: trained } = await mine.result;
    desk.setState({ outcome: { reason, message, steps, validation } });
    announce(`Training ${reason}. ${message}`);
    if (desk.getState().networkId === trained.id) {
      forgetResults();
      desk.setState({ network: trained });
      afterWeightsChanged();
    }
  } catch (error) {
    if (!isCanceled(error)) showProblem(`Training failed: ${messageOf(error)}`);
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
    .result.catch((error: unknown) => showProblem(`Training could not be paused: ${messageOf(error)}`));
}

/** Ends the run and keeps the weights so far. */
export function stopTraining(): void {
  call?.cancel();
}

/** Throws the weights trained here away and loads the shipped ones. */
export async function backToShipped(): Promise<void> {
  desk.setState({ outcome: null, curve: [] });
  if (await openNetwork(desk.getState().networkId, true)) announce('Back to the shipped weights.');
}
