// The engines beside the first one: sets their number once the page has answered, and lets backends race when it is idle.
import type { BackendInfo, BackendName } from '../../engine/protocol/opening';
import type { Entrant } from '../../engine/protocol/pool';
import { restartEngine } from '../network/session';
import { activeRun } from '../search/selectors';
import { type Desk, desk } from '../state/desk';
import { engine } from '../state/engine';
import { type Engines, fastest, type KeptEngines, keepEngines, type Ran, wantedEngines } from '../state/engines';
import { watchFrames } from './frames';

/** Milliseconds from the first answer until a race: it is for the visits to come, this one has other things to do. */
const LATER = 60_000;
const MOST = 8;

/** The engines that can be chosen where a backend runs, those that were passed over left out. */
export function choosable({ name, passedOver }: BackendInfo, cores = navigator.hardwareConcurrency): Engines[] {
  const counts = [1, 2, 4, 8].filter((workers) => workers === 1 || workers <= Math.min(MOST, cores));
  const there = (backend: BackendName) => backend === name || !passedOver.some((other) => other.name === backend);
  const gpus = (['webgpu', 'webgl'] as const).filter(there).map((backend) => ({ backend, workers: 1 }));
  const processor = there('wasm') ? 'wasm' : 'cpu';
  return [...gpus, ...counts.map((workers) => ({ backend: processor, workers }) as const)];
}

/** The number of engines for the running backend. */
function workersFor({ engines, backend }: Desk): number {
  const wanted = wantedEngines(engines);
  return wanted !== null && wanted.backend === backend?.name ? wanted.workers : 1;
}

function setEngines(engines: KeptEngines): void {
  desk.setState({ engines });
  keepEngines(engines);
}

/** Tells the engine how many are wanted. */
async function apply(): Promise<void> {
  const client = engine();
  const { backend, pool } = desk.getState();
  if (client === null || backend === null) return;
  const workers = workersFor(desk.getState());
  if (workers === (pool?.wanted ?? 1) && pool?.shrunk === undefined) return;
  const state = await client.call('setWorkers', { workers }).result.catch(() => null);
  if (state !== null && engine() === client) desk.setState({ pool: state });
}

/** Chooses what computes, now and at later visits. Another backend waits for the next visit while something runs. */
export function chooseEngines(choice: KeptEngines['choice']): void {
  const { engines, backend, trainingActive } = desk.getState();
  setEngines({ ...engines, choice });
  const wanted = wantedEngines(desk.getState().engines);
  const isOther = wanted !== null && backend !== null && wanted.backend !== backend.name;
  if (!isOther) void apply();
  else if (!trainingActive && activeRun(desk.getState()) === undefined) restartEngine();
}

let racing = false;

/** Lets all backends and numbers of engines race, and keeps the result; without one it is tried at the next occasion. */
async function race(): Promise<void> {
  const client = engine();
  const { backend, engines } = desk.getState();
  if (racing || client === null || backend === null || engines.race !== null || document.hidden) return;
  racing = true;
  const ran: Ran[] = [];
  let frames = watchFrames();
  try {
    const entrants: Entrant[] = choosable(backend);
    await client.call('race', { entrants }, (step) => {
      if (step.kind === 'begins') frames = watchFrames();
      if (step.kind !== 'paced') return;
      const { backend, workers, evaluation, training } = step.paced;
      const known = Number.isFinite(training) ? training : null;
      ran.push({ backend, workers, evaluation, training: known, gap: frames() });
    }).result;
    if (fastest(ran) === null) return;
    setEngines({ ...desk.getState().engines, race: ran });
    await apply();
  } catch {
    // Another network was opened meanwhile, or the engine ended.
  } finally {
    racing = false;
  }
}

/** True once the policy on the desk is measured. */
const answered = ({ phase, current, measuring }: Desk) => phase === 'ready' && measuring === null && current !== null;

/** Sets the number of engines after the first answer of each engine, and has them race later if they never did. */
export function watchEngines(): void {
  let applied: unknown = null;
  const look = (state: Desk) => {
    const client = engine();
    if (client === null || client === applied || !answered(state)) return;
    applied = client;
    void apply();
    setTimeout(() => void race(), LATER);
  };
  look(desk.getState());
  desk.subscribe(look);
}
