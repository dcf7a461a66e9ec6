// What workers say of themselves, once per second, to the searches of their server: nothing is stored, and whoever falls
// silent is gone.
import type { Redis } from 'ioredis';
import { version } from '../../../package.json';
import { hasFields, isNumber, isText, isWhole } from '../../formats/shape';

/** What a worker says of itself. */
export interface WorkerNews {
  /** Unique to the process. */
  readonly id: string;
  readonly name: string;
  readonly program: string;
  readonly backend: string;
  /** Jobs that it takes at a time. */
  readonly places: number;
  /** In a few words: what it does now. */
  readonly doing: string;
  /** Jobs done. */
  readonly done: number;
  /** Mean seconds per job. */
  readonly seconds: number;
}

const CHANNEL = 'fewbits/workers';
const EVERY_MS = 1000;
/** Milliseconds of silence after which a worker counts as gone. */
const SILENT_MS = 6000;
const MOST_BYTES = 2000;
const MOST_WORKERS = 1000;

const isNews = hasFields<WorkerNews>({
  id: isText,
  name: isText,
  program: isText,
  backend: isText,
  places: isWhole(1, 1000),
  doing: isText,
  done: isWhole(),
  seconds: isNumber(0),
});

/** Says what `news` returns, now and once per second, until stopped. */
export function sayPresence(redis: Redis, news: () => Omit<WorkerNews, 'program'>): { now(): void; stop(): void } {
  const now = () => {
    if (redis.status === 'ready')
      redis.publish(CHANNEL, JSON.stringify({ program: version, ...news() })).catch(() => {});
  };
  const timer = setInterval(now, EVERY_MS);
  now();
  return { now, stop: () => clearInterval(timer) };
}

/** Listens to the workers of a server. */
export interface Presence {
  /** The workers heard lately that take the jobs of this version and backend, and how many others there are. */
  workers(backend: string): { readonly ours: readonly WorkerNews[]; readonly others: readonly WorkerNews[] };
  close(): Promise<void>;
}

/** Listens on a connection of its own. Resolves when all workers had the time to be heard. */
export async function hearPresence(redis: Redis): Promise<Presence> {
  const heard = new Map<string, { readonly news: WorkerNews; readonly at: number }>();
  const connection = redis.duplicate();
  connection.on('error', () => {});
  connection.on('message', (_, text: string) => {
    if (text.length > MOST_BYTES || heard.size > MOST_WORKERS) return;
    try {
      const news = JSON.parse(text);
      if (isNews(news)) heard.set(news.id, { news, at: performance.now() });
    } catch {
      // Not of a worker of ours.
    }
  });
  await connection.connect().catch(() => {});
  await connection.subscribe(CHANNEL);
  await new Promise((resolve) => setTimeout(resolve, 1.5 * EVERY_MS));
  const live = () => {
    for (const [id, { at }] of heard) if (performance.now() - at > SILENT_MS) heard.delete(id);
    return [...heard.values()].map(({ news }) => news);
  };
  return {
    workers: (backend) => {
      const all = live();
      const isOurs = (news: WorkerNews) => news.program === version && news.backend === backend;
      return { ours: all.filter(isOurs), others: all.filter((news) => !isOurs(news)) };
    },
    close: async () => {
      connection.disconnect();
    },
  };
}
