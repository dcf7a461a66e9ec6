// The status line: the engine, what is being measured, how good estimates are, and what runs.
import { count, fixed, percent } from '../numbers';
import { words } from '../words';
import { units } from './units';

export const status = words('status', {
  /** Each in its own language. */
  languages: { en: 'English', de: 'Deutsch' },
  stopped: 'engine stopped',
  starting: 'starting the engine…',
  speed: (imagesPerSecond: number) => `${count(imagesPerSecond)} images/s`,
  /** Engines that compute together, and how many times faster they evaluate than one. */
  workers: (workers: number, gain: number | null) =>
    `${count(workers)} workers${gain === null ? '' : `, ${fixed(gain, 1)}x as fast as one`}`,
  /** Why a worker was given up, and what the browser said, in its words. */
  fewerWorkers: (workers: number, wanted: number, why: string, detail?: string) =>
    `${count(workers)} of ${count(wanted)} workers: ${why}${detail === undefined ? '' : ` (${detail})`}`,
  workerLost: {
    'not started': 'one could not be started',
    'script not loaded': 'the script of one did not load',
    'no backend': 'one could not open its backend',
    silent: 'one stopped answering',
    failed: 'one failed',
    unreadable: 'a message of one could not be read',
    ended: 'one ended by itself',
  },
  workersDoing: (doing: readonly ('starting' | 'idle' | 'working' | 'given up')[]) =>
    doing.map((state, i) => `worker ${i + 2}: ${state}`).join('\n'),
  engines: 'Computes with',
  automatic: (found: string) => `automatic (${found})`,
  unmeasured: 'measured when idle',
  engine: (backend: string, workers: number) => (workers === 1 ? backend : `${backend}, ${count(workers)} workers`),
  laterEngine: (found: string) => `${found} from the next visit on`,
  nothing: { images: 'no images: nothing is measured', weights: 'no weights: nothing is measured' },
  noWasm: (reason: string) => `slow: WebAssembly is unavailable (${reason})`,
  /** `done` and `total` as numbers with their unit. */
  loading: (what: string, done?: string, total?: string) => {
    if (done === undefined) return what;
    return total === undefined ? `${what}: ${done}` : `${what}: ${done} of ${total}`;
  },
  measuring: (config: string, from: number, to: number) => `measuring ${config}: ${count(from)} → ${count(to)} images`,
  sensitivity: (done: number, total: number) => `sensitivity ${count(done)} of ${total > 0 ? count(total) : '…'}`,
  codes: (done: number, total: number) => `codes ${count(done)} of ${total > 0 ? count(total) : '…'}`,
  noEstimates: 'no estimates yet',
  unchecked: '~ estimates not checked yet: too few measured configs',
  unreliable: (rho: number) => `estimates hidden: they rank configs unreliably (ρ = ${fixed(rho, 2)})`,
  error: (error: number) => `~ two of three estimates are within ${percent(error)} points`,
  reliable: (rho: number) => `Estimates rank configs reliably (ρ = ${fixed(rho, 2)})`,
  training: (paused: boolean, step: number, steps: number, imagesPerSecond: number, secondsLeft: number) =>
    `training ${paused ? 'paused at ' : ''}${count(step)} of ${count(steps)} · ${count(imagesPerSecond)} images/s · ${units.duration(secondsLeft)} left`,
  searchState: {
    queued: 'queued',
    running: 'running',
    pausing: 'pausing',
    paused: 'paused',
    done: 'done',
    stopped: 'stopped',
    failed: 'failed',
    // The reason behind it says that its settings cannot be met.
    refused: 'failed',
  },
  used: (used: number) => `${count(Math.floor(Math.min(1, used) * 100))} %`,
  searching: (method: string, used: string, state: string) => `${method} search ${used} · ${state}`,
  roomMeasures: (configs: number) => `measuring for the room: ${count(configs)}`,
  licenses: 'Licenses',
});
