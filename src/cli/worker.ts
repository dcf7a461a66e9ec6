// `worker`: measures configs for searches of other machines, whose jobs come through a queue (docs/many-machines.md).
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { version } from '../../package.json';
import { datasets } from '../data/registry';
import { addressInWords } from '../node/queue/redis';
import { PATIENCE_SECONDS } from '../node/queue/stalled';
import { work } from '../node/queue/work';
import { createSession, openBackend, openDataset } from '../node/surroundings';
import { UsageError } from '../node/usageError';
import { TRAINING } from '../options/training';
import { choice, flags, number, optionFlag } from './flags';
import { sayProgress } from './progress';
import { untilStopped } from './untilStopped';

/** Longest name of a worker. */
const MOST_NAME = 60;

function readName(): string {
  const { name = `${hostname()}-${process.pid}` } = flags;
  if (name === '' || name.length > MOST_NAME || /\p{C}/u.test(name))
    throw new UsageError(`--name has to be 1 to ${MOST_NAME} printable characters.`);
  return name;
}

/** The images of the flags; undefined if the jobs bring theirs. */
async function readOwnImages() {
  if (flags.dataset === undefined && flags.data === undefined) return undefined;
  return openDataset(choice('dataset', datasets), flags.data, optionFlag(TRAINING.seed, 1), createSession());
}

/** Works until the process is told to stop. @throws an Error if it can do no job of the queue. */
export async function runWorker() {
  const { queue: address } = flags;
  if (address === undefined) throw new UsageError('worker needs --queue redis://HOST:6379, the server of the queue.');
  const shown = addressInWords(address);
  const name = readName();
  const patience = number('patience', PATIENCE_SECONDS, { min: 2, max: 3600 });
  const dataset = await readOwnImages();
  const forced = flags.backend && choice('backend', { wasm: 1, webgpu: 1, cpu: 1 });
  const backend = await openBackend(forced || undefined);
  let news: string | undefined;
  let untold = 0;
  const tell = (sentence: string) => {
    news = sentence;
    untold++;
  };
  const working = await work(address, { name, id: randomUUID(), backend: backend.name, dataset, patience, tell });
  console.log(
    [
      `Worker ${name} waits at ${shown} for searches of fewbits ${version} with the backend ${backend.name}${dataset ? `, with the images of ${dataset.label} (${dataset.fingerprint})` : ''}.`,
      'Stop it with Ctrl+C: the job in work goes back to the queue.',
    ].join('\n'),
  );
  const progress = sayProgress(() => {
    const { done, refused, seconds, doing } = working;
    const latest = untold === 0 ? '' : `; ${news}${untold > 1 ? ` (and ${untold - 1} lines more)` : ''}`;
    untold = 0;
    return `${name}: ${done} done, ${seconds.toFixed(2)} s each, ${refused} refused, ${doing}${latest}`;
  });
  const reason = await Promise.race([untilStopped(), working.ended]);
  await working.close();
  progress.stop();
  if (typeof reason === 'string')
    throw new Error(`This worker can do no job of this queue: ${reason}; start it with --dataset, --data and --seed.`);
  const { done, refused, seconds } = working;
  console.log(`${name}: ${done} done, ${refused} refused.`);
  return { name, backend: backend.name, done, refused, seconds };
}
