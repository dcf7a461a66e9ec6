// `search --queue`: the workers of a queue measure with this process (docs/many-machines.md).
import { version } from '../../package.json';
import type { SearchStep } from '../core/searching';
import type { Turn } from '../core/turn';
import { openQueueCrew } from '../node/queue/crew';
import type { WorkerNews } from '../node/queue/presence';
import { addressInWords } from '../node/queue/redis';
import type { Crew } from '../search/crew';
import { flags } from './flags';
import { sayProgress } from './progress';
import type { RunInputs } from './setting';

/** Workers that a line of progress describes; the others are counted. */
const MOST_NAMED = 4;

/** An open queue of a search. */
export interface SearchQueue {
  readonly crew: Crew;
  /** The turn of a search beside the queue: lets what comes from the queue in. */
  readonly turn: Turn;
  /** Hears of each step of a run, for the progress told. */
  heard(step: SearchStep): void;
  /** Takes back what no worker has begun, and disconnects. */
  close(): Promise<void>;
}

const minutes = (seconds: number) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** What workers do, for a line of progress. */
function workersInWords(ours: readonly WorkerNews[], others: readonly WorkerNews[]): string {
  const named = ours
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .slice(0, MOST_NAMED)
    .map(({ name, doing, done, seconds }) => `${name} ${doing} (${done} done, ${seconds.toFixed(2)} s each)`);
  const more = ours.length - named.length;
  const list = [...named, ...(more > 0 ? [`${more} more`] : [])].join(', ');
  const told = `${ours.length} ${ours.length === 1 ? 'worker' : 'workers'}${list && `: ${list}`}`;
  if (others.length === 0) return told;
  const [{ name, program, backend }] = others;
  return `${told}; ${others.length} cannot help, e.g. ${name} (fewbits ${program}, ${backend}), because only those with fewbits ${version} and the backend of this search compute the same`;
}

/** Opens the queue of the flags; undefined without one. @throws UsageError if it cannot be reached. */
export async function openSearchQueue({ session, backend }: RunInputs): Promise<SearchQueue | undefined> {
  const { queue: address } = flags;
  if (address === undefined) return undefined;
  const crew = await openQueueCrew(address, session.model, backend.name, (sentence) => console.error(sentence));
  console.error(
    `The queue at ${addressInWords(address)}: ${crew.places === 0 ? 'no worker yet, this process measures alone until one comes' : workersInWords(crew.workers().ours, [])}.`,
  );
  let [used, since, measured] = [0, performance.now(), 0];
  let began: { readonly used: number; readonly measured: number } | undefined;
  const progress = sayProgress(() => {
    const { ours, others } = crew.workers();
    const seconds = (performance.now() - since) / 1000;
    const done = used - (began?.used ?? 0);
    const rate = (measured - (began?.measured ?? 0)) / seconds;
    const left = done > 0 ? `, about ${minutes((seconds * Math.max(0, 1 - used)) / done)} left` : '';
    return `${measured} measured, ${rate.toFixed(2)} per second, ${Math.floor(100 * Math.min(1, used))} % of the budget${left}; ${workersInWords(ours, others)}`;
  });
  const close = async () => {
    progress.stop();
    process.off('SIGINT', leave).off('SIGTERM', leave);
    await crew.close();
    const { answered, earlier, sent, jobs } = crew.totals;
    console.error(
      `The queue answered ${answered} configs, ${earlier} of them measured before; sent: ${sent} bytes of weights and images, ${jobs} bytes of jobs.`,
    );
  };
  const leave = (signal: NodeJS.Signals) => {
    void close().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  };
  process.once('SIGINT', leave).once('SIGTERM', leave);
  return {
    crew,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    heard: (step) => {
      used = step.used;
      measured = step.report?.spent.evaluations ?? measured;
      if (step.report !== undefined) return;
      began = { used, measured };
      since = performance.now();
    },
    close,
  };
}
