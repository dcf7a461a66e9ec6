// Measures the policy on the faders in growing stages after every change, series of policies, and the sensitivity table in
// the background. Stale results are dropped here as well as in the worker.
import { isCanceled } from '../../engine/client';
import type { Measurement } from '../../engine/protocol/measuring';
import { type BitPolicy, samePolicy } from '../../graph/policy';
import { type QuantScheme, quantizers, schemeName } from '../../quant/registry';
import { configName } from '../../words/config';
import { measuring } from '../../words/en/measuring';
import { announce, showProblem } from '../state/announce';
import { desk, type MeasuredPoint } from '../state/desk';
import { engine, messageOf } from '../state/engine';
import { canEstimate, contextOf, tableHere } from './selectors';

/** Delay after the last change before measuring starts, in milliseconds. */
const SETTLE = 120;
const SENSITIVITY_IMAGES = 256;
const STAGES = [128, 512] as const;

let timer: ReturnType<typeof setTimeout> | undefined;
let running: { policy: BitPolicy; context: string; cancel(): void } | null = null;
let watching = false;

/** Measures the policy whenever it or the scheme changes. */
export function watchPolicy(): void {
  if (watching) return;
  watching = true;
  desk.subscribe((now, before) => {
    if (now.scheme !== before.scheme && now.network !== null) remeasureEverything();
    else if (now.policy !== before.policy) measureSoon();
  });
}

function measureSoon(): void {
  if (desk.getState().network === null) return;
  clearTimeout(timer);
  timer = setTimeout(() => void measureNow(), SETTLE);
}

/** True while the policy on the faders is being measured, or is about to be. */
export function isMeasuringDesk(): boolean {
  return running !== null || timer !== undefined;
}

const stagesUpTo = (total: number) => [...STAGES.filter((stage) => stage < total), total];

async function measureNow(): Promise<void> {
  timer = undefined;
  const { policy, scheme, dataset, network, current } = desk.getState();
  const context = contextOf(desk.getState());
  const client = engine();
  if (client === null || dataset === null || network === null) return;
  const { fingerprint } = network;
  if (current?.final && samePolicy(current.policy, policy) && current.fingerprint === fingerprint) return;
  if (running && running.context === context && samePolicy(running.policy, policy)) return;
  running?.cancel();
  const stages = stagesUpTo(dataset.test);
  const isCurrent = () => running === mine && contextOf(desk.getState()) === context;
  const show = (measurement: Measurement) => {
    // The weights changed meanwhile; the subscription triggers another measurement.
    if (!isCurrent() || measurement.fingerprint !== fingerprint) return;
    const { n } = measurement.accuracy;
    const next = stages.find((stage) => stage > n);
    desk.setState({
      current: measurement,
      imagesPerSecond: measurement.imagesPerSecond,
      measuring: next === undefined ? null : { label: measuring.thisConfig, n, of: next },
    });
  };
  const call = client.call('evaluate', { policy, scheme, split: 'test', stages }, show);
  const mine = { policy, context, cancel: () => call.cancel() };
  running = mine;
  desk.setState({ measuring: { label: measuring.thisConfig, n: 0, of: stages[0] } });
  try {
    const result = await call.result;
    if (isCurrent() && result.fingerprint === fingerprint) {
      show(result);
      keep(context, result);
      announce(measuring.done(result.accuracy.value, result.accuracy.n));
    }
  } catch (error) {
    if (!isCanceled(error) && isCurrent()) showProblem(measuring.failed(messageOf(error)), { error });
  } finally {
    if (running === mine) {
      running = null;
      desk.setState({ measuring: null });
    }
  }
}

/** Adds a finished measurement, replacing an older one of the same policy. */
function keep(context: string, { policy, accuracy, loss, againstFloat, againstSource }: Measurement): void {
  const of = { policy, accuracy, loss, againstFloat, ...(againstSource && { againstSource }) };
  const point: MeasuredPoint = { context, ...of };
  const others = desk.getState().measured.filter((old) => old.context !== context || !samePolicy(old.policy, policy));
  desk.setState({ measured: [...others, point] });
}

/** Drops the results of the previous network; finished measurements stay. */
export function forgetResults(): void {
  running?.cancel();
  running = null;
  clearTimeout(timer);
  timer = undefined;
  stopSeries();
  desk.setState({ current: null, measuring: null, sensitivityProgress: null, pictures: {}, ghost: null });
}

/** After a change of weights or scheme: measures the policy, then the sensitivity table unless `shipped` has provided it. */
export function remeasureEverything(shipped?: Promise<void>): void {
  desk.setState({ current: null });
  void (async () => {
    const context = contextOf(desk.getState());
    await Promise.all([measureNow(), shipped]);
    const now = desk.getState();
    const trained = now.network !== null && now.network.checkpoint.origin !== 'initial';
    if (trained && contextOf(now) === context && tableHere(now) === null && canEstimate(now))
      await measureSensitivity();
  })();
}

let sensitivityCall: { cancel(): void } | null = null;

/** Stops measuring the table; codes chosen for it stay. */
export function stopSensitivity(): void {
  sensitivityCall?.cancel();
}

/** Measures every layer at every width in the background, after choosing their codes if the scheme says so. */
export async function measureSensitivity(): Promise<void> {
  const client = engine();
  const { scheme, network } = desk.getState();
  if (client === null || network === null) return;
  const context = contextOf(desk.getState());
  const isCurrent = () => contextOf(desk.getState()) === context;
  sensitivityCall?.cancel();
  const call = client.call('sensitivity', { scheme, images: SENSITIVITY_IMAGES, activations: true }, (progress) => {
    if (isCurrent()) desk.setState({ sensitivityProgress: progress });
  });
  sensitivityCall = call;
  desk.setState({ sensitivityProgress: { done: 0, total: 0, of: 'cells', entries: [] } });
  try {
    const sensitivity = await call.result;
    if (isCurrent()) {
      desk.setState({ sensitivity });
      // Kept, as it comes by itself: it must not replace the accuracy that waits to be said.
      announce(measuring.sensitivity, true);
    }
  } catch (error) {
    if (!isCanceled(error) && isCurrent()) showProblem(measuring.noSensitivity(messageOf(error)), { error });
  } finally {
    if (sensitivityCall === call) {
      sensitivityCall = null;
      desk.setState({ sensitivityProgress: null });
    }
  }
}

let series: { stopped: boolean; call: { cancel(): void } | null } | null = null;

/** Ends a series; its measurements stay. */
export function stopSeries(): void {
  if (series === null) return;
  series.stopped = true;
  series.call?.cancel();
  series = null;
  desk.setState({ seriesLeft: 0 });
}

const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A policy of a series, under the current scheme unless it names another. */
export interface SeriesItem {
  readonly policy: BitPolicy;
  readonly scheme: QuantScheme;
}

/** Measures policies one by one on the whole test split. The faders take precedence; a policy they interrupt is repeated. */
export async function measureSeries(items: readonly SeriesItem[]): Promise<void> {
  stopSeries();
  const mine: NonNullable<typeof series> = { stopped: false, call: null };
  series = mine;
  const { network } = desk.getState();
  let measured = 0;
  for (const [done, item] of items.entries()) {
    desk.setState({ seriesLeft: items.length - done });
    let outcome: Outcome = 'again';
    while (outcome === 'again') {
      outcome = await measureOne(item, mine);
      // After a change of network, images, weights or engine, the rest of the series does not apply.
      if (desk.getState().network !== network) stopSeries();
      if (mine.stopped) return;
      if (outcome === 'again') await rest(150);
    }
    if (outcome === 'measured') measured++;
  }
  series = null;
  desk.setState({ seriesLeft: 0 });
  announce(measuring.series(measured, items.length));
}

/** `measured` (also if already before), `failed`, or `again` if something more urgent interrupted it. */
type Outcome = 'measured' | 'failed' | 'again';

async function measureOne({ policy, scheme }: SeriesItem, mine: NonNullable<typeof series>): Promise<Outcome> {
  const client = engine();
  const { dataset, network, measured } = desk.getState();
  if (client === null || dataset === null || network === null) return 'failed';
  const context = contextOf({ ...desk.getState(), scheme });
  if (measured.some((point) => point.context === context && samePolicy(point.policy, policy))) return 'measured';
  if (isMeasuringDesk()) return 'again';
  const same = schemeName(scheme) === schemeName(desk.getState().scheme);
  const label = same ? configName(policy) : measuring.configBy(configName(policy), quantizers[scheme.quantizer].label);
  const stages = stagesUpTo(dataset.test);
  const onStage = ({ accuracy: { n }, imagesPerSecond }: Measurement) =>
    desk.setState({ imagesPerSecond, measuring: { label, n, of: stages.find((stage) => stage > n) ?? dataset.test } });
  mine.call = client.call('evaluate', { policy, scheme, split: 'test', stages }, onStage);
  desk.setState({ measuring: { label, n: 0, of: stages[0] } });
  try {
    const result = await (mine.call as ReturnType<typeof client.call<'evaluate'>>).result;
    if (result.fingerprint !== network.fingerprint) return 'again';
    keep(context, result);
    return 'measured';
  } catch (error) {
    if (isCanceled(error)) return 'again';
    if (desk.getState().network === network) showProblem(measuring.failedOf(label, messageOf(error)), { error });
    return 'failed';
  } finally {
    mine.call = null;
    if (!isMeasuringDesk()) desk.setState({ measuring: null });
  }
}
