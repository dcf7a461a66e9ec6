// Starts, resumes, pauses and stops training, and applies its outcome.
import { type Call, isCanceled } from '../../engine/client';
import type { CurvePoint, TrainOptions, TrainProgress } from '../../engine/protocol/training';
import { samePolicy } from '../../graph/policy';
import { thinned } from '../../math/thinned';
import { schemeName } from '../../quant/registry';
import { session } from '../../words/en/session';
import { training as words } from '../../words/en/training';
import { restore } from '../link/undo';
import { forgetResults, remeasureEverything } from '../measure/measuring';
import { networkLabel } from '../network/own';
import { openNetwork } from '../network/session';
import { lookAside } from '../network/weights';
import { announce, showProblem } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { sayNotKept } from '../state/notKept';
import { outcomeText, outcomeTitle } from '../state/outcomeWords';
import { seedHere } from '../state/shared';
import { rememberStep, undoStateOf } from '../state/step';
import type { TrainingRun } from '../state/trainingRun';
import { forgetRun, interruptedRun, lookForInterrupted, lostWithEngine } from './interrupted';
import { storeTraining, unstoreTraining } from './storage';

let call: { cancel(): void } | null = null;

/** Milliseconds between updates of the run; steps arrive faster than charts can follow. */
const PACE = 400;
let unseen: TrainProgress[] = [];
let lastLook = Number.NEGATIVE_INFINITY;

function showProgress(progress: TrainProgress): void {
  const { validation, epoch, state, curve, kept, notKept, steps } = progress;
  if (curve) desk.setState({ curve });
  if (kept !== undefined) takeUpKept(kept, steps);
  if (notKept !== undefined) {
    // Announced once: the run continues and will retry.
    if (desk.getState().trainingNotKept === null) announce(words.notStored(notKept));
    desk.setState({ trainingNotKept: notKept });
  }
  unseen.push(progress);
  if (validation) announce(words.epoch(epoch, validation.value));
  if (state === 'paused') announce(words.paused(progress.step), true);
  if (performance.now() - lastLook >= PACE || validation || state === 'paused') look();
}

/** Records that the engine has stored the run at a step, so that the next visit finds it. */
function takeUpKept(step: number, steps: number): void {
  const { run } = desk.getState();
  if (run === null) return;
  const updated = { ...run, step, steps };
  const stored = storeTraining(updated);
  desk.setState({ run: updated, trainingNotKept: stored ? null : session.refused });
}

/** Adds one point to the curve for all steps since the last one. */
function look(): void {
  if (unseen.length === 0) return;
  const last = unseen[unseen.length - 1];
  const finite = unseen.filter(({ loss }) => Number.isFinite(loss));
  unseen = [];
  lastLook = performance.now();
  const isPausing = desk.getState().training?.state === 'pausing' && last.state === 'running';
  desk.setState({ training: isPausing ? { ...last, state: 'pausing' } : last });
  if (finite.length === 0) return;
  const mean = (of: (progress: TrainProgress) => number) => finite.reduce((sum, p) => sum + of(p), 0) / finite.length;
  const point: CurvePoint = {
    step: last.step,
    loss: mean((progress) => progress.loss),
    accuracy: mean((progress) => progress.accuracy),
    ...(last.validation ? { validation: last.validation.value } : {}),
  };
  const { curve } = desk.getState();
  const isNew = curve.length === 0 || curve[curve.length - 1].step < last.step || last.validation !== undefined;
  if (isNew) desk.setState({ curve: [...thinned(curve, ({ validation }) => validation !== undefined), point] });
}

/** Starts a run with the options on the desk; QAT uses the policy on the faders. */
export async function startTraining(): Promise<void> {
  const client = engine();
  const now = desk.getState();
  const { trainingOptions, policy, scheme, network, networkId, datasetId } = now;
  if (client === null || network === null || call !== null) return;
  const { quantizationAware, damping, shards, ...others } = trainingOptions;
  const rest = { ...others, shards: Number(shards), seed: seedHere(now, others.seed) };
  const options: TrainOptions = quantizationAware
    ? { ...rest, policy, scheme, ...(damping > 0 && { damping }) }
    : { ...rest, learnFrom: 'labels' };
  const id = `${Date.now().toString(36)}-${crypto.getRandomValues(new Uint32Array(1))[0].toString(36)}`;
  const { fingerprint } = network;
  announce(words.started, true);
  await follow(client.call('train', { ...options, run: id }, showProgress), {
    ...{ id, networkId, datasetId, fingerprint, options, step: 0, steps: 0 },
  });
}

/** Resumes an interrupted run on the weights that it started from. */
export async function goOnTraining(id: string): Promise<void> {
  const run = interruptedRun(desk.getState(), id);
  if (run === undefined || call !== null) return;
  const { network } = desk.getState();
  if (network?.fingerprint !== run.fingerprint) {
    rememberStep(undoStateOf(desk.getState()));
    if (!(await openNetwork(run.networkId, run.fingerprint, true))) return;
    // openNetwork reports weights that are no longer stored.
    if (desk.getState().network?.fingerprint !== run.fingerprint) return;
  }
  const client = engine();
  if (client === null) return;
  announce(words.resumed(run.step));
  const { by: _, ...begun } = run;
  await follow(client.call('resumeTraining', { run: id }, showProgress), begun);
}

async function follow(mine: Call<'train'> | Call<'resumeTraining'>, run: TrainingRun): Promise<void> {
  desk.setState({ trainingActive: true, training: null, curve: [], outcome: null, run, trainingNotKept: null });
  unseen = [];
  lastLook = Number.NEGATIVE_INFINITY;
  call = mine;
  try {
    const { network, ...rest } = await mine.result;
    const { notKept } = rest;
    look();
    unstoreTraining(run.id);
    const outcome = { ...rest, options: run.options };
    announce(words.ended(outcomeTitle(outcome), outcomeText(outcome)), true);
    if (notKept !== undefined) sayNotKept('weights', words.learned(networkLabel(run.networkId)), notKept);
    const now = desk.getState();
    if (now.networkId !== run.networkId) return;
    if (network.fingerprint !== now.network?.fingerprint) {
      rememberStep(undoStateOf(now));
      forgetResults();
      desk.setState({ network, weights: network.fingerprint });
      remeasureEverything();
    }
    desk.setState({ outcome });
    void lookAside();
  } catch (error) {
    if ((error as Error).name === 'TrainingGoneError') forgetRun(run.id);
    else lostWithEngine(run.id);
    if (!isCanceled(error)) showProblem(words.failed(messageOf(error)), { error });
  } finally {
    if (call === mine) {
      call = null;
      desk.setState({ trainingActive: false, training: null, run: null });
      lookForInterrupted();
    }
  }
}

/** Pauses the run after the current step, or resumes it. The engine reports when it has paused. */
export function pauseTraining(paused: boolean): void {
  const { training } = desk.getState();
  if (training) desk.setState({ training: { ...training, state: paused ? 'pausing' : 'running' } });
  if (training && !paused) announce(words.resumed(training.step), true);
  void engine()
    ?.call('pauseTraining', { paused })
    .result.catch((error: unknown) => showProblem(words.notPaused(messageOf(error)), { error }));
}

/** Stops the run; its outcome is what it has learned by then. */
export function stopTraining(): void {
  call?.cancel();
}

/** True if a run trains for other bits, or another quantizer, than those on the desk. */
export function trainsForOthers({ run, policy, scheme }: Desk): boolean {
  if (run?.options.policy === undefined || run.options.scheme === undefined) return false;
  return !samePolicy(run.options.policy, policy) || schemeName(run.options.scheme) !== schemeName(scheme);
}

/** Puts the bits and quantizer for which the current run trains on the desk, as an undo step. */
export function showTrained(): void {
  const now = desk.getState();
  const { policy, scheme } = now.run?.options ?? {};
  if (policy === undefined || scheme === undefined) return;
  rememberStep(undoStateOf(now));
  restore({ ...undoStateOf(now), policy, scheme });
}
