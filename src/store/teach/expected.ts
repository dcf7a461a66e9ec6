// The accuracies that a room is to expect, measured with the shipped weights by `npm run precompute`
// (`public/precomputed/teaching.json`): of what the lessons set the desk to, and of uniform widths. They carry the fingerprint
// of the weights, and a test fails where that is no longer the one of the shipped weights.
import { fetchAsset, readJson } from '../../engine/assets';
import { type BitWidth, policyKey } from '../../graph/policy';
import { type Proportion, pairedDifference, wilson } from '../../math/statistics';
import type { NetworkId } from '../../zoo/registry';
import type { Lesson } from '../lessons/lesson';
import { lessons } from '../lessons/registry';
import { firstState, readLink, writeLink } from '../link/link';
import { floatPolicy, uniformAt } from '../measure/costs';
import { contextOf } from '../measure/selectors';
import { type Desk, expectedArchitecture, initialDesk } from '../state/desk';

const PATH = 'precomputed/teaching.json';
const DATASET = 'emoji10';
/** The float network, as fields of a link. */
const FLOAT_FIELDS = 'w=f/a=f';

/** Networks of which uniform widths are expected, and those widths. */
export const EXPECTED_NETWORKS = ['tiny', 'resnet8'] as const satisfies readonly NetworkId[];
export const EXPECTED_WIDTHS = [32, 8, 6, 5, 4, 3, 2] as const;

/** A config as fields of a link, e.g. `w=4`, with its right answers among `n` test images. */
interface ExpectedPoint {
  readonly fields: string;
  readonly correct: number;
  readonly n: number;
}

export interface Expected {
  /** One sentence: how these were measured. */
  readonly origin: string;
  readonly networks: Readonly<
    Record<string, { readonly fingerprint: string; readonly points: readonly ExpectedPoint[] }>
  >;
}

/**
 * Fetches the expected numbers.
 * @throws AssetError if they cannot be loaded.
 */
export async function fetchExpected(): Promise<Expected> {
  return (await readJson(await fetchAsset(PATH, PATH), PATH)) as Expected;
}

const linkOf = (network: string, fields: string) => [`v1/${network}/${DATASET}`, fields].filter(Boolean).join('/');

function stateOf(network: string, fields: string) {
  const { state, problems } = readLink(linkOf(network, fields));
  if (state === null || problems.length > 0) throw new Error(`${network}/${fields}: ${problems[0]?.why}`);
  return state;
}

/** A config to measure. */
export interface ExpectedConfig extends Pick<Desk, 'policy' | 'scheme'> {
  readonly fields: string;
}

/** The configs to measure of a network: float, uniform widths, and each that a lesson sets. */
export async function configsToExpect(network: NetworkId): Promise<readonly ExpectedConfig[]> {
  const all = await Promise.all(Object.values(lessons).map((lesson) => lesson.load()));
  const architecture = expectedArchitecture(network);
  const first = firstState(network, architecture);
  const set = all
    .filter(({ on }) => on === linkOf(network, ''))
    .flatMap(({ steps }) => steps.flatMap(({ sets }) => (sets === undefined ? [] : [stateOf(network, sets).policy])));
  const uniform = EXPECTED_WIDTHS.filter((bits) => bits < 32).map((bits) => uniformAt(architecture, bits));
  const policies = new Map(
    [floatPolicy(architecture), ...uniform, ...set].map((policy) => [policyKey(policy), policy]),
  );
  return [...policies.values()].map((policy) => ({
    fields: writeLink({ ...first, policy }).slice(linkOf(network, '').length + 1),
    policy,
    scheme: first.scheme,
  }));
}

/** The expected accuracy at one width in all layers, with activations at 8 bits; at 32, of the float network. */
export function expectedAt({ networks: all }: Expected, network: NetworkId, bits: BitWidth): Proportion | undefined {
  const architecture = expectedArchitecture(network);
  const policy = policyKey(bits === 32 ? floatPolicy(architecture) : uniformAt(architecture, bits));
  const point = all[network]?.points.find(({ fields }) => policyKey(stateOf(network, fields).policy) === policy);
  return point && wilson(point.correct, point.n);
}

/** The desk that a step of a lesson is about, on which exactly the expected numbers are measured. */
export function expectedDesk({ on }: Lesson, sets: string, expected: Expected): Desk {
  const { networkId, ...linked } = stateOf(on.split('/')[1], sets);
  const id = networkId as NetworkId;
  const { fingerprint = '', points = [] } = expected.networks[id] ?? {};
  const checkpoint = { origin: 'shipped', recipe: '' } as const;
  const network = { id, dataset: DATASET, architecture: linked.architecture, checkpoint, fingerprint } as const;
  const desk: Desk = { ...initialDesk(id), ...linked, networkId: id, network, weights: fingerprint };
  const context = contextOf(desk);
  const float = points.find(({ fields }) => fields === FLOAT_FIELDS)?.correct ?? 0;
  const measured = points.map(({ fields, correct, n }) => ({
    context,
    policy: stateOf(id, fields).policy,
    accuracy: wilson(correct, n),
    loss: Number.NaN,
    // The difference is exact. Its interval would need the images that flip, which are not shipped, and no step is about it.
    againstFloat: pairedDifference(Math.max(0, correct - float), Math.max(0, float - correct), n),
  }));
  return { ...desk, measured };
}
