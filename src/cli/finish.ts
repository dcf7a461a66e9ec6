// The end of a `search --finish`: the choice of each search gets the same fine-tuning and is compared with the uniform choice on
// the same test images, image by image.
import { packedBytes } from '../formats/packed';
import { policyCost } from '../graph/cost';
import { type BitPolicy, policyKey } from '../graph/policy';
import { sizeInWords } from '../graph/size';
import { type PairedDifference, type Proportion, pairedDifference, wilson } from '../math/statistics';
import { percent } from '../node/words';
import type { QuantScheme } from '../quant/registry';
import { NOTHING_SPENT, type Spent } from '../search/ledger';
import type { SearchId } from '../search/registry';
import type { RunPoint, RunResult } from '../search/run';
import { hitsAfterTraining } from './follow';
import { markdownTable } from './markdownTable';
import type { RunInputs } from './setting';

/** One run of one method. */
export interface FinishedRun {
  readonly method: SearchId;
  readonly points: readonly RunPoint[];
  readonly result: RunResult;
  /** Cheapest first; with scores on test images if requested. */
  readonly front?: readonly (RunPoint & { readonly test?: Proportion })[];
}

/** One policy after the common fine-tuning. */
interface Finished {
  readonly name: string;
  readonly policy: BitPolicy;
  readonly accuracy: Proportion;
  /** Compared with the uniform policy; absent for that policy. */
  readonly difference?: PairedDifference;
  readonly compression: number;
  readonly fileBytes: number;
  /** The cost of the search. */
  readonly spent: Spent;
}

/** The training of `--finish`, where it does not start from chosen codes. */
export const FINE_TUNING = { learningRate: 0.02, schedule: 'cosine', weightDecay: 5e-4, labelSmoothing: 0.05 } as const;

const count = (right: Uint8Array) => right.reduce((sum, one) => sum + one, 0);

/** The same fine-tuning for every choice and control; the baseline is the first uniform run, or else the first run. */
export async function finishRuns(
  setting: RunInputs,
  scheme: QuantScheme,
  runs: readonly FinishedRun[],
  epochs: number,
): Promise<Finished[]> {
  const entries = runs.flatMap(({ method, result: { policy, control, spent } }) => [
    { name: method as string, policy, spent },
    ...(control === undefined ? [] : [{ name: `${method}, control`, policy: control, spent: NOTHING_SPENT }]),
  ]);
  const reference = entries.find(({ name }) => name === 'uniform') ?? entries[0];
  const rights = new Map<BitPolicy, Uint8Array>();
  const known = new Map<string, Uint8Array>();
  for (const { name, policy } of entries) {
    const key = policyKey(policy);
    const right = known.get(key) ?? (await hitsAfterTraining(setting, { policy, scheme }, { ...FINE_TUNING, epochs }));
    known.set(key, right);
    rights.set(policy, right);
    console.log(`${name}, after ${epochs} epochs of fine-tuning: ${percent(wilson(count(right), right.length))}`);
  }
  const base = rights.get(reference.policy) as Uint8Array;
  const finished = entries.map(({ name, policy, spent }): Finished => {
    const right = rights.get(policy) as Uint8Array;
    const gained = right.filter((one, i) => one > base[i]).length;
    const lost = right.filter((one, i) => one < base[i]).length;
    return {
      name,
      policy,
      accuracy: wilson(count(right), right.length),
      ...(policy !== reference.policy && { difference: pairedDifference(gained, lost, right.length) }),
      compression: policyCost(setting.network, policy).compression,
      fileBytes: packedBytes(setting.network, policy, scheme),
      spent,
    };
  });
  console.log(table(finished, reference.name));
  return finished;
}

const points = (value: number) => `${value >= 0 ? '+' : ''}${(100 * value).toFixed(2)}`;

function table(finished: readonly Finished[], reference: string): string {
  const rows = finished.map(({ name, policy, accuracy, difference, compression, fileBytes, spent }) => [
    name,
    Object.values(policy)
      .map(({ weights }) => weights)
      .join(' '),
    `${compression.toFixed(2)}x`,
    sizeInWords(fileBytes),
    `${(100 * accuracy.value).toFixed(2)} (${(100 * accuracy.lower).toFixed(2)} to ${(100 * accuracy.upper).toFixed(2)})`,
    difference === undefined
      ? '-'
      : `${points(difference.difference)} (${points(difference.lower)} to ${points(difference.upper)})`,
    spent.evaluations,
    spent.forward + spent.backward,
    spent.seconds.toFixed(0),
  ]);
  const heads = [
    'method',
    'weight bits',
    'weights smaller',
    'packed file',
    'accuracy (%)',
    `against ${reference} (points)`,
  ];
  return markdownTable([...heads, 'evaluations', 'images', 's'], rows);
}
