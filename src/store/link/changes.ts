// What an undo step has changed, in words.
import { datasets } from '../../data/registry';
import type { Architecture } from '../../graph/network';
import { type BitPolicy, policyKey } from '../../graph/policy';
import { quantizers, schemeName } from '../../quant/registry';
import { configName, configSteps } from '../../words/config';
import { said } from '../../words/en/declared';
import { device } from '../../words/en/device';
import { history } from '../../words/en/history';
import { networkLabel } from '../network/own';
import type { UndoState } from '../state/desk';

/** Most layers whose bits are listed one by one. */
const FEW = 3;

const differ = (a: unknown, b: unknown) => JSON.stringify(a) !== JSON.stringify(b);
const lacking = (from: readonly string[], to: readonly string[]) => from.filter((one) => !to.includes(one));

function bitsInWords(from: BitPolicy, to: BitPolicy): string[] {
  const weights = configSteps(from, to);
  const activations = configSteps(from, to, Object.keys(to), 'activations');
  const steps = [...weights.split(', '), ...activations.split(', ')].filter((step) => step !== '');
  if (steps.length > FEW) return [configName(to)];
  return [weights, activations && history.activations(activations)].filter((part) => part !== '');
}

/** Items that came and went, each as one part. */
function cameAndWent(
  from: readonly string[],
  to: readonly string[],
  came: (items: readonly string[]) => string,
  went: (items: readonly string[]) => string,
): string[] {
  const [news, gone] = [lacking(to, from), lacking(from, to)];
  return [...(news.length > 0 ? [came(news)] : []), ...(gone.length > 0 ? [went(gone)] : [])];
}

const layersOf = ({ nodes }: Architecture) => nodes.map(({ id }) => id);
const pinsOf = ({ pins }: UndoState) => pins.map(({ name, policy }) => `${name}=${policyKey(policy)}`);
const namesOf = (pins: readonly string[]) => pins.map((pin) => pin.split('=')[0]);

/** The change from one undo state to another. */
export function changeInWords(from: UndoState, to: UndoState): string {
  const network = from.networkId !== to.networkId;
  const { locked: lockedBefore, ...formBefore } = from.searchForm;
  const { locked, ...form } = to.searchForm;
  const parts: string[] = [];
  if (network) parts.push(history.network(networkLabel(to.networkId)));
  if (from.datasetId !== to.datasetId) parts.push(history.images(said(datasets[to.datasetId].label)));
  if (!network && (from.weights ?? to.weights) !== (to.weights ?? from.weights)) parts.push(history.weights);
  if (from.scheme.quantizer !== to.scheme.quantizer)
    parts.push(history.quantizer(said(quantizers[to.scheme.quantizer].label)));
  else if (schemeName(from.scheme) !== schemeName(to.scheme)) parts.push(history.rounding);
  // Another network has other layers, and its bits are no change of theirs.
  if (!differ(layersOf(from.architecture), layersOf(to.architecture)))
    parts.push(...bitsInWords(from.policy, to.policy));
  if (differ(from.trainingOptions, to.trainingOptions)) parts.push(history.training);
  parts.push(
    ...cameAndWent(
      pinsOf(from),
      pinsOf(to),
      (pins) => history.pinned(namesOf(pins)),
      (pins) => history.unpinned(namesOf(pins)),
    ),
  );
  if (differ(from.budget, to.budget))
    parts.push(to.budget ? history.budget(to.budget.bytes, to.budget.mode === 'hold') : history.noBudget);
  if (from.board?.device !== to.board?.device) parts.push(to.board ? history.board(to.board.device) : history.noBoard);
  else if (differ(from.board, to.board)) parts.push(history.boardBudgets);
  if (from.costTable?.table.name !== to.costTable?.table.name)
    parts.push(to.costTable ? history.table(to.costTable.table.name) : history.noTable);
  else if (differ(from.costTable, to.costTable)) parts.push(history.tableBudgets);
  if (from.measuredAs !== to.measuredAs) parts.push(history.measuredAs(device.as[to.measuredAs]));
  parts.push(...cameAndWent(lockedBefore, locked, history.locked, history.unlocked));
  if (differ(formBefore, form)) parts.push(history.search);
  if (from.payingRule !== to.payingRule) parts.push(history.payer);
  return parts.length > 0 ? parts.join(', ') : history.nothing;
}

/** That the change from one state to another is undone. */
export const undone = (from: UndoState, to: UndoState): string => history.undone(changeInWords(from, to));

/** That it is made again. */
export const redone = (from: UndoState, to: UndoState): string => history.redone(changeInWords(from, to));
