// A search problem with measurements from a table: policies of ResNet-8 on CIFAR-10 at three amounts of fine-tuning,
// really rounded, trained and evaluated (scripts/tabulate.ts). Searches on the table run in milliseconds.
import { readFileSync } from 'node:fs';
import { layerCosts } from '../../graph/cost';
import { type BitWidth, FLOAT } from '../../graph/policy';
import { wilson } from '../../math/statistics';
import { keyOf } from '../../optim/feasible';
import { networks } from '../../zoo/registry';
import { Ledger } from '../ledger';
import type { Asked, Evaluator, SearchProblem } from '../method';
import { createSpace, type policyOf, type Space, vectorOf } from '../space';
import { type Encoding, layerInput } from './candidates';

export interface Table {
  readonly averageBits: number;
  readonly images: number;
  readonly steps: readonly number[];
  /** Images, forward and backward, per measurement at each number of steps. */
  readonly costs: readonly number[];
  readonly rows: readonly {
    readonly kind: string;
    /** Weight bits of all layers, one digit each. */
    readonly bits: string;
    /** Number of right predictions and mean cross-entropy at each number of steps. */
    readonly correct: readonly number[];
    readonly loss: readonly number[];
  }[];
}

/** Reads the output of scripts/tabulate.ts. */
export function readTable(path = new URL('resnet8.testing.csv', import.meta.url).pathname): Table {
  const [head, , ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const rows = lines.map((line) => {
    const [kind, bits, ...numbers] = line.split(',');
    const at = (offset: number) => numbers.filter((_, i) => i % 2 === offset).map(Number);
    return { kind, bits, correct: at(0), loss: at(1) };
  });
  return { ...JSON.parse(head.slice(2)), rows };
}

const architecture = networks.resnet8.build([32, 32, 3], 10);
const WEIGHTS = layerCosts(architecture).reduce((sum, { weights }) => sum + weights, 0);

/** The space of the table's policies: 1 to 8 bits within the limit, the classifier locked to 8. */
export function tableSpace({ averageBits }: Table): Space {
  return createSpace(
    architecture,
    { quantizer: 'affine', granularity: 'channel' },
    { weights: [1, 2, 3, 4, 5, 6, 7, 8], activations: [FLOAT], locks: { fc: { weights: 8, activations: FLOAT } } },
    [{ measure: 'weights', most: averageBits * WEIGHTS }],
  );
}

/** Accuracy of a policy at the table's last number of steps. */
export class TableBench implements Evaluator {
  readonly steps: number;
  private readonly rows: ReadonlyMap<string, Table['rows'][number]>;
  private readonly asked = new Set<string>();

  constructor(
    private readonly table: Table,
    private readonly space: Space,
    private readonly ledger: Ledger,
  ) {
    this.steps = table.steps[table.steps.length - 1];
    this.rows = new Map(table.rows.map((row) => [keyOf(vectorOfRow(space, row)), row]));
  }

  async measure(policy: Parameters<Evaluator['measure']>[0], steps = this.steps) {
    const key = keyOf(vectorOf(this.space, policy) as number[]);
    const row = this.rows.get(key);
    const task = this.table.steps.indexOf(steps);
    if (row === undefined || task < 0) throw new RangeError(`The table has no ${key} at ${steps} steps.`);
    const question = `${key}@${steps}`;
    if (!this.asked.has(question)) {
      this.asked.add(question);
      const backward = (this.table.costs[task] - this.table.costs[0]) / 2;
      this.ledger.add({ forward: this.cost(steps) - backward, backward, evaluations: 1 });
    }
    return { accuracy: wilson(row.correct[task], this.table.images), loss: row.loss[task] };
  }

  async *measureAll<T extends Asked>(ask: () => T | undefined) {
    for (let asked = ask(); asked !== undefined; asked = ask())
      yield [asked, await this.measure(asked.policy, asked.steps)] as const;
  }

  measureWeights(): never {
    throw new Error('The table has no weights.');
  }

  cost(steps: number): number {
    return this.table.costs[this.table.steps.indexOf(steps)];
  }
}

export function vectorOfRow(space: Space, { bits }: Table['rows'][number]): number[] {
  const policy = Object.fromEntries(
    space.layers.map(({ id }, l) => [id, { weights: Number(bits[l]) as BitWidth, activations: FLOAT }]),
  );
  const vector = vectorOf(space, policy);
  if (vector === undefined) throw new RangeError(`${bits} is not in the space.`);
  return vector;
}

/** The problem with a budget in images. Training is not available. */
export function tableProblem(table: Table, seed: number, images: number): SearchProblem {
  const space = tableSpace(table);
  const ledger = new Ledger({ images }, () => 0);
  const evaluator = new TableBench(table, space, ledger);
  return { space, evaluator, ledger, seed, startPolicies: [], training: undefined as never, yieldTurn: async () => {} };
}

/** The policies of the table, encoded per layer. */
export function tableEncoding(table: Table, space: Space): Encoding {
  const inputOf = layerInput(space);
  const encode = (vector: readonly number[]) => ({ vector, input: inputOf(vector) });
  const all = table.rows.map((row) => encode(vectorOfRow(space, row)));
  return {
    encode,
    candidates: (_, most, rng) =>
      most >= all.length ? all : Array.from({ length: most }, () => all[rng.integer(all.length)]),
  };
}

/** Accuracy at the last number of steps of the policy chosen by a search. */
export function targetAccuracy(table: Table, space: Space, policy: ReturnType<typeof policyOf>): number {
  const key = keyOf(vectorOf(space, policy) as number[]);
  const row = table.rows.find((row) => keyOf(vectorOfRow(space, row)) === key) as Table['rows'][number];
  return row.correct[row.correct.length - 1] / table.images;
}
