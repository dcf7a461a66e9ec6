// The user's choices for the next search, and what follows from them: a run's settings, its name, its budget in other units.
import { hasUnit } from '../../device/costTable';
import type {
  Allowed,
  Budget,
  LimitMeasure,
  SearchLimit,
  SearchMethodCard,
  SearchSettings,
} from '../../engine/protocol/searching';
import { branchesOf } from '../../graph/branches';
import { layersOf } from '../../graph/network';
import {
  type BitPolicy,
  type BitWidth,
  FLOAT,
  isRounded,
  type LayerBits,
  policyKey,
  SKIPPED,
  uniformPolicy,
} from '../../graph/policy';
import { KB } from '../../graph/size';
import { type TieRule, tiesOf } from '../../graph/ties';
import { clampPolicy, nearestInRange, widthRangeOf, widthsInReach } from '../../policy/widths';
import { calibrationOf, type QuantScheme } from '../../quant/registry';
import { said } from '../../words/en/declared';
import { searching } from '../../words/en/searching';
import { costsOf, layersById } from '../measure/costs';
import { pointsHere } from '../measure/selectors';
import { lockedLayers } from '../policy/locked';
import { type Desk, desk } from '../state/desk';
import { type BudgetKind, FINE_TUNING, type SearchForm } from '../state/searchForm';
import { seedHere } from '../state/shared';
import { rememberStep, undoStateOf } from '../state/step';
import { paceOf, searchSpeeds } from './speed';

/** Test images that the front is measured on at the end. */
export const TEST_IMAGES = 2000;
/** Maximum number of the user's best points that a search can start from. */
const SEEDS = 12;
const MILLION = 1e6;

/** Changes fields of the form as an undo step; quick changes of the same `field` are one step. */
export function setSearchForm(changes: Partial<SearchForm>, field = Object.keys(changes).join()): void {
  const before = desk.getState();
  const searchForm = { ...before.searchForm, ...changes };
  if (JSON.stringify(searchForm) === JSON.stringify(before.searchForm)) return;
  rememberStep(undoStateOf(before), `search:${field}`);
  desk.setState({ searchForm });
}

/** Changes one option of the chosen method. */
export function setSearchOption(name: string, value: number | string): void {
  const { method, options } = desk.getState().searchForm;
  setSearchForm({ options: { ...options, [method]: { ...options[method], [name]: value } } }, `${method}:${name}`);
}

type Sized = Pick<Desk, 'architecture' | 'scheme' | 'searchForm' | 'budget' | 'board' | 'costTable'>;

/** The number in the limit's field: the user's, or else the size budget, or else the cost of 4-bit weights, rounded up. */
export function limitValue({ architecture, scheme, budget, searchForm: { limitKind, limits } }: Sized): number {
  if (limitKind === 'none') return Number.NaN;
  const entered = limits[limitKind] ?? null;
  if (entered !== null) return entered;
  if (limitKind === 'memory' && budget !== null) return budget.bytes / KB;
  if (limitKind === 'loss') return 1;
  if (limitKind === 'compression') return 8;
  const four = costsOf(architecture, clampPolicy(uniformPolicy(architecture, 4, 8), scheme), scheme);
  const value = limitKind === 'memory' ? four.memory / KB : four.bitOps / MILLION;
  return Number((Math.ceil(value * 10) / 10).toPrecision(3));
}

/** What the chosen board and the table of the user's own allow: limits of every search, beside the form's own. */
export function boardLimits({ board, costTable }: Pick<Desk, 'board' | 'costTable'>): SearchLimit[] {
  const limits: SearchLimit[] = [];
  const add = (
    measure: LimitMeasure,
    most: number | null | undefined,
    by: Pick<SearchLimit, 'device' | 'table'> = {},
  ) => {
    if (most != null) limits.push({ measure, most: Math.floor(most), ...by });
  };
  const micro = (milli: number | null | undefined) => milli && milli * 1000;
  const device = board?.device;
  add('flash', board?.flash);
  if (device !== undefined) add('ram', board?.ram, { device });
  if (costTable !== null && hasUnit(costTable.table, 'ms'))
    add('latency', micro(costTable.latencyMs), { table: costTable.table });
  else if (device !== undefined) add('latency', micro(board?.latencyMs), { device });
  if (costTable !== null) add('energy', micro(costTable.energyMJ), { table: costTable.table });
  return limits;
}

function limitsOf(state: Sized): SearchLimit[] {
  return [...ownLimits(state), ...boardLimits(state)];
}

function ownLimits(state: Sized): SearchLimit[] {
  const { limitKind } = state.searchForm;
  if (limitKind === 'none' || limitKind === 'loss') return [];
  const value = limitValue(state);
  const weights = [...layersById(state.architecture).values()].reduce((sum, layer) => sum + layer.weights, 0);
  const most = { memory: value * KB, compression: (FLOAT * weights) / value, bitOps: value * MILLION }[limitKind];
  const measure: LimitMeasure = limitKind === 'compression' ? 'weights' : limitKind;
  return [{ measure, most: Math.floor(most) }];
}

/** The limit in words, e.g. "64.0 KB", "weights 16× smaller", "120 M BitOps", "loses at most 1 point", "no limit". */
export function limitWords(state: Sized): string {
  const { limitKind } = state.searchForm;
  const own = limitKind === 'none' ? searching.limit.none : searching.limit[limitKind](limitValue(state));
  const { board, costTable } = state;
  const within = board === null ? own : searching.onBoard(own, board.device);
  return costTable === null ? within : searching.byTable(within, costTable.table.name);
}

function budgetOf({ budgetKind, budgets }: SearchForm): Budget {
  const value = budgets[budgetKind];
  return budgetKind === 'minutes' ? { seconds: value * 60 } : { [budgetKind]: value };
}

/** Pairs of weight and activation bits among which DNAS chooses (arXiv 1812.00090, for ImageNet), without float. */
const PAPER_PAIRS = [
  [1, 4],
  [2, 4],
  [3, 3],
  [4, 4],
  [8, 8],
] as const;

/** The pairs of allowed weights that a scheme can round; as wide as the weights where there are none. */
function pairsFrom(weights: readonly BitWidth[], scheme: QuantScheme): Pick<Allowed, 'activations' | 'pairs'> {
  const reach = widthRangeOf(scheme, 'activations');
  const own = PAPER_PAIRS.filter(([w, a]) => weights.includes(w) && nearestInRange(a, reach) === a);
  const pairs = own.map(([w, a]): LayerBits => ({ weights: w, activations: a }));
  if (pairs.length === 0) return { activations: 'asWeights' };
  return { activations: [...new Set(own.map(([, a]) => a))], pairs };
}

function allowedOf(state: Desk): Allowed {
  const { searchForm, scheme, policy } = state;
  const within = widthRangeOf(scheme, 'weights');
  const offered = offeredWidths(state);
  const inReach = searchForm.weights.filter((bits) => offered.includes(bits));
  const weights = inReach.some(isRounded) ? inReach : [...inReach, within[0]];
  const reach = widthRangeOf(scheme, 'activations');
  const activations = {
    eight: { activations: [nearestInRange(8, reach)] },
    float: { activations: [FLOAT] },
    asWeights: { activations: 'asWeights' },
    pairs: pairsFrom(weights, scheme),
    searched: { activations: widthsInReach(reach).filter((bits) => bits >= 2) },
  } as const;
  const own: Pick<Allowed, 'activations' | 'pairs'> = activations[searchForm.activations];
  const locks = Object.fromEntries(lockedLayers(state).map((id) => [id, policy[id]]));
  const ties = tiesOf(state.architecture, searchForm.ties);
  const ofPairs = (bits: BitWidth) => bits === SKIPPED || own.pairs?.some((pair) => pair.weights === bits) !== false;
  return { weights: weights.filter(ofPairs), ...own, locks, ...(ties.length > 0 && { ties }) };
}

/** The best of the user's points, once each. */
function seedsOf(state: Desk): BitPolicy[] {
  if (!state.searchForm.useMine) return [];
  const points = [...pointsHere(state)].sort((a, b) => b.accuracy.value - a.accuracy.value).slice(0, SEEDS);
  const policies = [state.policy, ...points.map(({ policy }) => policy)];
  return [...new Map(policies.map((policy) => [policyKey(policy), policy])).values()];
}

/** The settings of a run according to the form. */
export function settingFrom(state: Desk): SearchSettings {
  const { method, options, images, steps, limitKind } = state.searchForm;
  return {
    method,
    options: options[method] ?? {},
    scheme: state.scheme,
    allowed: allowedOf(state),
    limits: limitsOf(state),
    budget: budgetOf(state.searchForm),
    seeds: seedsOf(state),
    images,
    steps,
    ...FINE_TUNING,
    seed: seedHere(state, state.searchForm.seed),
    ...(limitKind === 'loss' && { lose: limitValue(state) / 100 }),
  };
}

/** Default name of a run, e.g. "MTGP · 64.0 KB · seed 3". */
export function runName(state: Desk, { label }: Pick<SearchMethodCard, 'label'>): string {
  return searching.runName(said(label), limitWords(state), seedHere(state, state.searchForm.seed));
}

/** Training images on which batch norms are re-estimated after fine-tuning, as in search/bench.ts. */
const REESTIMATED = 512;

/** Images per measurement, forward and backward together. */
export function imagesPerPolicy({ searchForm, dataset, architecture, scheme }: Desk): number {
  const { images, steps } = searchForm;
  const train = dataset?.train ?? Number.POSITIVE_INFINITY;
  const norms = (most: number) => (architecture.nodes.some(({ op }) => op === 'batchNorm') ? Math.min(most, train) : 0);
  const measured = Math.min(images, dataset?.validation ?? images);
  if (steps > 0) return measured + 2 * steps * FINE_TUNING.batchSize + norms(REESTIMATED);
  const { correction, images: seen } = calibrationOf(scheme);
  if (correction === 'batchNorm') return measured + norms(seen);
  return measured + (correction === 'none' ? 0 : layersOf(architecture).length * Math.min(seen, train));
}

/** The maximum budget in every unit. Minutes are an estimate, and NaN if a required speed is not known. */
export function budgetInUnits(state: Desk): Readonly<Record<BudgetKind, number>> {
  const { searchForm, searchMethods } = state;
  const { budgetKind, budgets, method, steps } = searchForm;
  const each = imagesPerPolicy(state);
  const card = searchMethods.find(({ id }) => id === method);
  const perMinute = paceOf(searchSpeeds(state), card, steps, each) * 60;
  const value = budgets[budgetKind];
  const images = { evaluations: value * each, images: value, minutes: value * perMinute }[budgetKind];
  return { evaluations: Math.floor(images / each), images, minutes: images / perMinute };
}

/** What the engine is asked for the least that the form's limit can be, within those of board and table; null without one. */
export function leastAsked(state: Desk): Pick<SearchSettings, 'scheme' | 'allowed' | 'limits'> | null {
  const [own] = ownLimits(state);
  if (own === undefined) return null;
  const limits = [{ ...own, most: Number.MAX_SAFE_INTEGER }, ...boardLimits(state)];
  return { scheme: state.scheme, allowed: allowedOf(state), limits };
}

/** A cost in the unit of the limit's field, rounded so that it can be met. */
export function boundInField({ architecture, searchForm: { limitKind } }: Desk, cost: number): number {
  if (limitKind === 'compression') {
    const all = [...layersById(architecture).values()].reduce((total, layer) => total + layer.weights, 0);
    return Math.floor((10 * FLOAT * all) / cost) / 10;
  }
  return Math.ceil((10 * cost) / (limitKind === 'memory' ? KB : MILLION)) / 10;
}

/** Weight widths that the form offers; 0 if a branch can be skipped. */
export function offeredWidths({ architecture, scheme }: Pick<Desk, 'architecture' | 'scheme'>): readonly BitWidth[] {
  const widths = widthsInReach(widthRangeOf(scheme, 'weights'));
  return branchesOf(architecture).length > 0 ? [SKIPPED, ...widths] : widths;
}

/** What can be tied in this network: shortcuts only where one has a layer, blocks only where there are any. */
export function offeredTies({ architecture }: Pick<Desk, 'architecture'>): readonly TieRule[] {
  const rules = ['shortcuts', 'blocks'] as const;
  return ['none', ...rules.filter((rule) => tiesOf(architecture, rule).length > 0)];
}
