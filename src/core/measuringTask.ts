// Does one measuring task of a search that runs elsewhere, on the network in use here. A task comes from another computer, so
// all of it is checked.
import { checkPolicy } from '../graph/policy';
import { Bench } from '../search/bench';
import type { Task } from '../search/crew';
import type { Score } from '../search/method';
import type { LoadedModel } from './loadedModel';
import type { Turn } from './turn';

/** Largest numbers of a task: hours of work are nobody's to hand out. */
const MOST = { steps: 10_000, batchSize: 512 } as const;

interface Place {
  readonly bench: Bench;
  /** The task before. */
  last: Promise<unknown>;
}

const places = new WeakMap<LoadedModel, Place>();

function placeOf(model: LoadedModel, cacheBytes: number): Place {
  const known = places.get(model);
  if (known !== undefined) return known;
  const place: Place = { bench: new Bench(model, cacheBytes), last: Promise.resolve() };
  places.set(model, place);
  model.replaced.addEventListener('abort', () => void place.last.finally(() => place.bench.dispose()), { once: true });
  return place;
}

function checkTask({ network, dataset }: LoadedModel, task: Task): Task {
  const whole = (name: 'steps' | 'images' | 'batchSize' | 'seed', least: number, most: number) => {
    const value = task[name];
    if (!Number.isInteger(value) || value < least || value > most)
      throw new RangeError(`A task has ${name} ${value}; whole numbers from ${least} to ${most} are possible.`);
    return value;
  };
  const { scheme, learningRate, learnFrom } = task;
  if (!(learningRate > 0 && learningRate <= 10))
    throw new RangeError(`A task has learning rate ${learningRate}; numbers up to 10 are possible.`);
  return {
    policy: checkPolicy(network, task.policy),
    scheme,
    learningRate,
    ...(learnFrom === 'float' && { learnFrom }),
    steps: whole('steps', 0, MOST.steps),
    images: whole('images', 1, dataset.validation.length),
    batchSize: whole('batchSize', 1, MOST.batchSize),
    seed: whole('seed', 0, 2 ** 53 - 1),
  };
}

/** The score of a task, after those asked before. @throws PolicyError, QuantSpecError, or RangeError for impossible numbers. */
export async function measureTask(model: LoadedModel, task: Task, cacheBytes: number, turn: Turn): Promise<Score> {
  const checked = checkTask(model, task);
  const place = placeOf(model, cacheBytes);
  const mine = place.last.then(() => place.bench.measure(checked, turn));
  place.last = mine.catch(() => undefined);
  return mine;
}
