// "Improve rounding": chooses the codes of the weights on unlabeled images, in place of the nearest ones, and compares the
// policy on the faders before and after. Until codes are chosen, nothing on the desk changes, so that an error or a cancel
// leaves everything as it was. The change itself is one undo step.
import { isCanceled } from '../../engine/client';
import type { Measurement } from '../../engine/protocol/measuring';
import { isRounded, samePolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { calibrationOf, type QuantScheme, quantizerOf, schemeName, withCalibration } from '../../quant/registry';
import { rounding } from '../../words/en/rounding';
import { contextOf } from '../measure/selectors';
import { setScheme } from '../policy/scheme';
import { announce, showProblem } from '../state/announce';
import { type Desk, desk } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import type { Improved, ImprovingStep } from '../state/improving';

/** Calibration images of an improvement, or all training images if there are fewer. */
const IMAGES = 256;

/** The scheme after an improvement. */
export function improvedScheme(scheme: QuantScheme, step: ImprovingStep): QuantScheme {
  const { batchNorm, images } = calibrationOf(scheme);
  const ranged: QuantScheme = quantizerOf(scheme.quantizer).hasRange ? { ...scheme, range: 'hessian' } : scheme;
  return withCalibration(ranged, {
    rounding: step === 'learn' ? 'adaround' : 'gptq',
    // What is learned is of one policy, so that its layers may as well make up for each other.
    independent: step === 'improve',
    images: Math.max(IMAGES, images),
    // Folded batch norms leave nothing to re-estimate.
    ...(batchNorm === 'keep' && { correction: 'batchNorm' }),
  });
}

/** What can be done for the policy on the faders; undefined if nothing can. */
export function nextStep({ scheme, policy, network }: Pick<Desk, 'scheme' | 'policy' | 'network'>) {
  if (network === null || !Object.values(policy).some(({ weights }) => isRounded(weights))) return undefined;
  const { rounding } = calibrationOf(scheme);
  if (rounding === 'adaround') return undefined;
  return rounding === 'gptq' ? 'learn' : 'improve';
}

/** The last improvement, while its scheme, network and images are in use. */
export function improvedHere({ improved, scheme, network }: Desk): Improved | null {
  const isHere =
    improved?.fingerprint === network?.fingerprint && improved && schemeName(improved.scheme) === schemeName(scheme);
  return isHere ? improved : null;
}

let running: { cancel(): void } | null = null;

/** Cancels the improvement in progress; the desk stays as it is. */
export function cancelImproving(): void {
  running?.cancel();
}

/** Improves the rounding of the policy on the faders. */
export async function improveRounding(step: ImprovingStep): Promise<void> {
  cancelImproving();
  watchImprovement();
  const client = engine();
  const { scheme: schemeBefore, network, dataset } = desk.getState();
  if (client === null || network === null || dataset === null) return;
  const abort = new AbortController();
  const mine = { cancel: () => abort.abort() };
  running = mine;
  const since = performance.now();
  const scheme = improvedScheme(schemeBefore, step);
  const context = contextOf(desk.getState());
  // Another network, other images or another scheme: what was asked for is gone.
  const unsubscribe = desk.subscribe((now) => {
    if (contextOf(now) !== context) abort.abort();
  });
  try {
    for (;;) {
      const { policy } = desk.getState();
      desk.setState({ improving: { step, phase: 'before', progress: null, since } });
      const before = await measured(context, abort.signal);
      if (!samePolicy(before.policy, desk.getState().policy)) continue;
      desk.setState({ improving: { step, phase: 'choosing', progress: null, since } });
      const call = client.call('round', { policy, scheme }, (progress) => {
        const { improving } = desk.getState();
        if (running === mine && improving) desk.setState({ improving: { ...improving, progress } });
      });
      const stop = () => call.cancel();
      abort.signal.addEventListener('abort', stop);
      await call.result;
      abort.signal.removeEventListener('abort', stop);
      abort.signal.throwIfAborted();
      // Faders moved meanwhile: the codes chosen so far are kept, and the comparison is of the policy that is there now.
      if (!samePolicy(policy, desk.getState().policy)) continue;
      unsubscribe();
      const images = Math.min(calibrationOf(scheme).images, dataset.train);
      const seconds = (performance.now() - since) / 1000;
      const of = { step, policy, scheme, schemeBefore, before, seconds, images };
      desk.setState({ improved: { ...of, fingerprint: network.fingerprint, after: null } });
      setScheme(scheme);
      return;
    }
  } catch (error) {
    if (!isCanceled(error) && !abort.signal.aborted) showProblem(rounding.failed(messageOf(error)), { error });
    else announce(rounding.unchanged);
  } finally {
    unsubscribe();
    if (running === mine) {
      running = null;
      desk.setState({ improving: null });
    }
  }
}

/** Returns to the scheme before the improvement, or to nearest rounding if that is not known, e.g. behind a link. */
export function leaveImproved(): void {
  const now = desk.getState();
  const improved = improvedHere(now);
  if (improved !== null) {
    setScheme(improved.schemeBefore);
    return;
  }
  const { range: _, ...plain } = now.scheme;
  setScheme(withCalibration(plain, { rounding: 'nearest', independent: false, correction: 'none' }));
}

/** The measurement of the policy on the faders on all test images, once it is there. */
function measured(context: string, signal: AbortSignal): Promise<Measurement> {
  const found = ({ current, policy, ...now }: Desk) =>
    current?.final && samePolicy(current.policy, policy) && contextOf({ ...now }) === context ? current : null;
  return new Promise((resolve, reject) => {
    const there = found(desk.getState());
    if (there) {
      resolve(there);
      return;
    }
    const stop = () => {
      unsubscribe();
      reject(new DOMException('', 'AbortError'));
    };
    const unsubscribe = desk.subscribe((now, last) => {
      const current = found(now);
      const failed = last.measuring !== null && now.measuring === null && !now.current?.final;
      if (failed) stop();
      if (current === null) return;
      unsubscribe();
      signal.removeEventListener('abort', stop);
      resolve(current);
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

/** Compares two measurements of the same images in the same order, as far as both go. */
export function compared(before: Measurement, after: Measurement): NonNullable<Improved['after']> {
  const n = Math.min(before.predictions.length, after.predictions.length);
  const labels = new Map<number, number>();
  for (const { flips } of [before, after])
    for (const [k, index] of flips.index.entries()) labels.set(index, flips.label[k]);
  let [gained, lost] = [0, 0];
  for (let i = 0; i < n; i++) {
    const [was, is] = [before.predictions[i], after.predictions[i]];
    // Where they differ, one of them differs from float, which is where labels are known.
    if (was === is) continue;
    if (is === labels.get(i)) gained++;
    if (was === labels.get(i)) lost++;
  }
  const { value, n: all } = after.accuracy;
  const right = Math.round(value * all);
  return {
    before: wilson(right - gained + lost, n),
    after: after.accuracy,
    difference: pairedDifference(gained, lost, n),
  };
}

let watching = false;

/** Compares before and after whenever more images are measured. */
function watchImprovement(): void {
  if (watching) return;
  watching = true;
  desk.subscribe(({ current, improved }, { current: last }) => {
    if (improved === null || current === null || current === last) return;
    const same = schemeName(current.scheme) === schemeName(improved.scheme);
    if (!same || current.fingerprint !== improved.fingerprint || !samePolicy(current.policy, improved.policy)) return;
    const after = compared(improved.before, current);
    desk.setState({ improved: { ...improved, after } });
    if (current.final && !last?.final) announceChange(after);
  });
}

function announceChange({ difference: { difference }, after }: NonNullable<Improved['after']>): void {
  announce(rounding.announced(difference, after.value, after.n));
}
