// Links: the state of the desk as the fragment of an address, e.g.
// `#v1/resnet20/cifar10/quantizer=lsq/per=tensor/w=84444444444444444448`. Fields at their first value are omitted. Reading
// never fails: each part that is not understood becomes a `LinkProblem`, and the rest is applied. The format and its reasons
// are in docs/decisions/0010-links.md.
import { type DatasetId, datasets } from '../../data/registry';
import { type Architecture, layersOf } from '../../graph/network';
import { uniformPolicy } from '../../graph/policy';
import { clampPolicy } from '../../policy/widths';
import { linking } from '../../words/en/linking';
import {
  type AnyNetworkId,
  isZooNetwork,
  type NetworkId,
  networks,
  type OwnNetworkId,
  zooArchitecture,
} from '../../zoo/registry';
import { weightsVersion } from '../../zoo/shipped';
import type { LinkProblem, OwnNetwork } from '../state/link';
import type { Complain, LinkState } from './codecs';
import { linkFields } from './fields';

export interface LinkReading {
  /** The state to show; null if nothing in the link can be used. */
  readonly state: LinkState | null;
  readonly own: OwnNetwork | null;
  readonly problems: readonly LinkProblem[];
}

type ComplainOf = (part: string) => Complain;

const WEIGHTS_KEY = 'weights';
/** Maximum length of a link in characters. */
const LONGEST = 8000;
const FIRST_NETWORK: NetworkId = 'resnet8';
const FIRST_DATASET: DatasetId = 'emoji10';

/** The meaning of a version 1 link that names only a network. It must never change, or old links would change meaning. */
export function firstState(networkId: AnyNetworkId, architecture: Architecture): LinkState {
  return {
    networkId,
    architecture,
    policy: uniformPolicy(architecture, 8, 8),
    pins: [],
    datasetId: FIRST_DATASET,
    scheme: { quantizer: 'symmetric', granularity: 'channel' },
    trainingOptions: {
      epochs: 5,
      batchSize: 64,
      learningRate: 0.05,
      schedule: 'cosine',
      momentum: 0.9,
      weightDecay: 5e-4,
      labelSmoothing: 0,
      augment: true,
      imagesPerEpoch: 2000,
      seed: 1,
      fromScratch: false,
      quantizationAware: true,
      learnFrom: 'labels',
      temperature: 4,
      damping: 0,
      shards: '1',
    },
    budget: null,
    board: null,
    measuredAs: 'page',
    tensorMode: 'weights',
    axis: 'memory',
    tab: 'tune',
    lesson: null,
    selection: [],
    inspected: null,
    inspector: 'weights',
    image: 0,
    challenge: null,
    by: '',
    hidden: [],
    fixedSeed: null,
    projected: false,
    searchForm: {
      method: 'greedy',
      options: {},
      budgetKind: 'images',
      budgets: { evaluations: 60, minutes: 2, images: 20_000 },
      limitKind: 'memory',
      limits: { memory: null, compression: null, bitOps: null },
      weights: [1, 2, 3, 4, 5, 6, 8],
      activations: 'eight',
      ties: 'none',
      locked: [],
      images: 256,
      steps: 0,
      seed: 1,
      useMine: false,
    },
  };
}

const isKey = <T extends object>(table: T, key: string): key is keyof T & string => Object.hasOwn(table, key);

/** The fragment for a state, without `#`. An imported network is named with its number of layers. */
export function writeLink(state: LinkState): string {
  const { networkId, architecture, datasetId } = state;
  const first = firstState(networkId, architecture);
  const fields = linkFields.flatMap((field) => {
    const text = field.write(state);
    return text === field.write(first) ? [] : [`${field.key}=${text}`];
  });
  const network = isZooNetwork(networkId) ? networkId : ownName(networkId, architecture);
  return ['v1', network, datasetId, ...fields].join('/');
}

const ownName = (id: string, architecture: Architecture) =>
  `${encodeURIComponent(id)}:${layersOf(architecture).length}`;

/** True for a fragment (without `#`) that is meant to be a link; others are anchors on the page, such as `desk`. */
export function isLink(fragment: string): boolean {
  return /^v\d|[/=]/.test(fragment);
}

/** Reads a fragment, without `#`. */
export function readLink(fragment: string): LinkReading {
  const problems: LinkProblem[] = [];
  const complainOf: ComplainOf = (part) => (why, instead) => problems.push({ part: shortened(part), why, instead });
  const nothing = (part: string, why: string): LinkReading => {
    complainOf(part)(why, linking.nothing);
    return { state: null, own: null, problems };
  };
  if (fragment.length > LONGEST) return nothing(fragment, linking.tooLong(fragment.length, LONGEST));
  // Removes punctuation that a sentence or a chat appended to the link.
  const [version, ...parts] = fragment.replace(/[).,;!?>"'\]\s/]+$/, '').split('/');
  if (version !== 'v1') return nothing(version, linking.version);

  const named = parts.findIndex((part) => part.includes('='));
  const places = parts.slice(0, named < 0 ? undefined : named).map(decoded);
  const [network = FIRST_NETWORK, dataset = FIRST_DATASET, ...surplus] = places;
  for (const part of surplus) complainOf(part)(linking.surplus, linking.ignored);
  const imported = /^(own-[^:]{1,100}):(\d{1,4})$/.exec(network);
  const inZoo = isKey(networks, network);
  const networkId = inZoo ? network : FIRST_NETWORK;
  let state = firstState(networkId, zooArchitecture(networkId, 10));
  if (!inZoo && imported === null)
    complainOf(network)(linking.networks(Object.keys(networks)), linking.networkShown(networks[networkId].label));
  if (isKey(datasets, dataset)) state = { ...state, datasetId: dataset };
  else complainOf(dataset)(linking.images(Object.keys(datasets)), linking.imagesUsed(datasets[state.datasetId].label));

  const texts = fieldsOf(named < 0 ? [] : parts.slice(named).map(decoded), complainOf);
  compareWeights(texts, state, complainOf);
  const waiting: [string, string][] = [];
  for (const field of linkFields) {
    const text = texts.get(field.key);
    if (text === undefined) continue;
    if (field.ofNetwork && !inZoo) waiting.push([field.key, text]);
    else state = { ...state, ...field.read(text, state, complainOf(`${field.key}=${text}`)) };
  }
  const own = imported && { id: imported[1] as OwnNetworkId, layers: Number(imported[2]), fields: waiting };
  return { state: { ...state, policy: clampPolicy(state.policy, state.scheme) }, own, problems };
}

/**
 * Adds the version of the shipped weights to a link, from version 2 on, because accuracies differ between versions. A link
 * without it was made with version 1, or before weights had versions.
 */
export function withWeights(link: string, { networkId, datasetId }: LinkState): string {
  const version = weightsVersion(networkId, datasetId) ?? 1;
  return version === 1 ? link : `${link}/${WEIGHTS_KEY}=${version}`;
}

function compareWeights(texts: Map<string, string>, { networkId, datasetId }: LinkState, complainOf: ComplainOf): void {
  const made = texts.get(WEIGHTS_KEY);
  const version = String(weightsVersion(networkId, datasetId));
  if (made === undefined || made === version) return;
  complainOf(`${WEIGHTS_KEY}=${made}`)(
    linking.otherWeights(networks[networkId as NetworkId].label, version),
    linking.otherAccuracies,
  );
}

/** The values by key; the first of equal keys counts. */
function fieldsOf(parts: readonly string[], complainOf: ComplainOf): Map<string, string> {
  const texts = new Map<string, string>();
  for (const part of parts) {
    const at = part.indexOf('=');
    const key = part.slice(0, Math.max(0, at));
    if (key !== WEIGHTS_KEY && !linkFields.some((field) => field.key === key))
      complainOf(part)(linking.noField, linking.ignored);
    else if (texts.has(key)) complainOf(part)(linking.twice, linking.firstCounts);
    else texts.set(key, part.slice(at + 1));
  }
  return texts;
}

/** The policy and view of a link, once its imported network is open. */
export function readOwn(
  own: OwnNetwork,
  state: LinkState,
): { readonly state: LinkState; readonly problems: readonly LinkProblem[] } {
  const problems: LinkProblem[] = [];
  let filled = state;
  for (const [key, text] of own.fields) {
    const field = linkFields.find((candidate) => candidate.key === key);
    const complain: Complain = (why, instead) => problems.push({ part: shortened(`${key}=${text}`), why, instead });
    if (field) filled = { ...filled, ...field.read(text, filled, complain) };
  }
  return { state: { ...filled, policy: clampPolicy(filled.policy, filled.scheme) }, problems };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const shortened = (text: string, most = 40) =>
  [...text].length > most ? `${[...text].slice(0, most).join('')}…` : text;
