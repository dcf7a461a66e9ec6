// The budget that holds: edits are paid by other layers (policy/paying.ts) with the table of sensitivities in use.

import type { BitPolicy } from '../../graph/policy';
import { type Bill, type PayingRule, settled, type Terms } from '../../policy/paying';
import { widthRangeOf } from '../../policy/widths';
import { faders } from '../../words/en/faders';
import { sizeInWords } from '../../words/numbers';
import { costsOf, uniformAt } from '../measure/costs';
import { entriesOf, lossIn } from '../measure/harms';
import { canEstimate, tableHere } from '../measure/selectors';
import { type Desk, desk } from '../state/desk';
import { rememberStep, undoStateOf } from '../state/step';
import { mutedLayers } from './aside';
import { lockedLayers } from './locked';

/** Terms of paying within some bytes: by the table in use, or evenly where there is none. */
export function payingTerms(state: Desk, budget: number): Terms {
  const { architecture, scheme } = state;
  const table = canEstimate(state) ? tableHere(state)?.table : undefined;
  const entries = table && entriesOf(table, 'weights');
  return {
    budget,
    locked: lockedLayers(state),
    range: widthRangeOf(scheme, 'weights'),
    rule: entries === undefined ? 'even' : state.payingRule,
    bytesOf: (policy) => costsOf(architecture, policy, scheme).memory,
    layerBytes: (layer, bits) => costsOf(architecture, uniformAt(architecture, bits), scheme).layers.get(layer) ?? 0,
    lossOf: (layer, bits) => (entries === undefined ? 0 : lossIn(entries, layer, bits)),
  };
}

/** Whether edits are paid: the budget holds, and no layer is muted, which is only for listening. */
export function holds(state: Desk): boolean {
  return state.budget?.mode === 'hold' && mutedLayers(state).length === 0;
}

/** An edit with what it costs other layers under a budget that holds; the edit as it is under none. */
export function billOf(state: Desk, base: BitPolicy, wanted: BitPolicy): Bill {
  const { budget } = state;
  if (budget === null || !holds(state)) return { policy: wanted, payers: [], wall: false, needed: 0 };
  return settled(base, wanted, payingTerms(state, budget.bytes));
}

/** Why an edit met a wall, and what helps. */
export function wallInWords(state: Desk, { needed }: Bill): string {
  return faders.wall(sizeInWords(state.budget?.bytes ?? 0), lockedLayers(state)[0], sizeInWords(needed));
}

/** Chooses who pays, as an undo step. */
export function setPayingRule(payingRule: PayingRule): void {
  if (payingRule === desk.getState().payingRule) return;
  rememberStep(undoStateOf(desk.getState()));
  desk.setState({ payingRule });
}
