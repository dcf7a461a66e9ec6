// What the next search does: its method, limit, budget and bits, and the button that starts it.
import type { ReactNode } from 'react';
import { type BitWidth, isRounded } from '../../graph/policy';
import { SEARCHING } from '../../options/searching';
import { lockedLayers } from '../../store/policy/locked';
import {
  boardLimits,
  budgetInUnits,
  imagesPerPolicy,
  limitValue,
  limitWords,
  offeredWidths,
  setSearchForm,
} from '../../store/search/form';
import { startSearch } from '../../store/search/queue';
import { activeRun } from '../../store/search/selectors';
import type { Desk } from '../../store/state/desk';
import {
  type ActivationChoice,
  BUDGET_RANGES,
  type BudgetKind,
  LIMIT_RANGE,
  type LimitKind,
  LOSS_RANGE,
} from '../../store/state/searchForm';
import { seedHere } from '../../store/state/shared';
import { lossLimit } from '../../words/en/lossLimit';
import { search } from '../../words/en/search';
import { sharing } from '../../words/en/sharing';
import { units } from '../../words/en/units';
import { classes } from '../parts/classes';
import { NumberField } from '../parts/NumberField';
import { OptionInput } from '../parts/OptionInput';
import optionsStyles from '../parts/options.module.css';
import { Select } from '../parts/Select';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { RoomMeasures } from '../room/RoomMeasures';
import chipsStyles from './chips.module.css';
import { Locks } from './Locks';
import { MethodCards, MethodOptions } from './MethodCards';
import { Revised } from './Revised';
import styles from './SearchSetup.module.css';
import { Tied } from './Tied';
import { useLimitBound } from './useLimitBound';

const BUDGETS: readonly BudgetKind[] = ['evaluations', 'images', 'minutes'];
const LIMITS: readonly LimitKind[] = ['memory', 'compression', 'bitOps', 'loss', 'none'];
const ACTIVATIONS: readonly ActivationChoice[] = ['eight', 'float', 'asWeights', 'pairs', 'searched'];
/** Choices of a select, with their words. */
const named = <T extends string>(values: readonly T[], words: Readonly<Record<T, string>>) =>
  values.map((value) => ({ value, label: words[value] }));

/** What the budget is in the other units; a time only by a speed that was measured here. */
function budgetWords(desk: Desk): string {
  const { budgetKind, method } = desk.searchForm;
  const { evaluations, images, minutes } = budgetInUnits(desk);
  const isTimed = Number.isFinite(minutes);
  const parts = [
    budgetKind !== 'evaluations' && Number.isFinite(evaluations) && search.configs(evaluations),
    budgetKind !== 'images' && Number.isFinite(images) && search.images(images),
    budgetKind !== 'minutes' && isTimed && search.time(minutes * 60),
  ].filter((part) => part !== false);
  const known = parts.length > 0 ? search.budgetAtMost(parts) : '';
  const unknown = isTimed ? '' : budgetKind === 'minutes' ? search.imagesUnknown : search.timeUnknown;
  const trains = desk.searchMethods.find(({ id }) => id === method)?.gradients !== undefined;
  return [known, unknown, trains && search.training].filter((part) => part).join('; ');
}

function BudgetFields(): ReactNode {
  const kind = useDesk((desk) => desk.searchForm.budgetKind);
  const budgets = useDesk((desk) => desk.searchForm.budgets);
  const price = useDesk(imagesPerPolicy);
  // A text is equal to the one before when nothing changed.
  const words = useDesk(budgetWords);
  const { min, max, whole } = BUDGET_RANGES[kind];
  return (
    <>
      <Select
        label={search.budgetIn}
        options={named(BUDGETS, search.budgetKind)}
        value={kind}
        onChange={(budgetKind) => setSearchForm({ budgetKind })}
      />
      <NumberField
        label={search.budget(search.budgetKind[kind])}
        value={budgets[kind]}
        min={kind === 'images' ? price : min}
        max={max}
        step={whole ? 1 : 'any'}
        onChange={(value) => setSearchForm({ budgets: { ...budgets, [kind]: value } })}
      />
      <p className={classes('note', optionsStyles.wholeRow)}>{words}</p>
    </>
  );
}

type BoardMeasure = keyof typeof search.boardBudget;

/** The budgets of the board, which every search keeps; undefined without one. */
function boardWords(desk: Desk): string | undefined {
  const limits = boardLimits(desk);
  if (limits.length === 0) return undefined;
  return search.withinBoard(limits.map(({ measure, most }) => search.boardBudget[measure as BoardMeasure](most)));
}

function Limit(): ReactNode {
  const kind = useDesk((desk) => desk.searchForm.limitKind);
  const limits = useDesk((desk) => desk.searchForm.limits);
  const value = useDesk(limitValue);
  const bound = useLimitBound();
  const board = useDesk(boardWords);
  const { min, max } = kind === 'loss' ? LOSS_RANGE : LIMIT_RANGE;
  return (
    <>
      <Select
        label={search.limitOn}
        options={named(LIMITS, search.limitKind)}
        value={kind}
        onChange={(limitKind) => setSearchForm({ limitKind })}
      />
      {kind !== 'none' && (
        <NumberField
          label={search.limitField[kind]}
          value={value}
          min={kind === 'compression' ? min : (bound ?? min)}
          max={kind === 'compression' ? (bound ?? max) : max}
          step="any"
          note={kind === 'loss' ? lossLimit.hint : bound && search.limitBound(kind, bound)}
          onChange={(next) => setSearchForm({ limits: { ...limits, [kind]: next } })}
        />
      )}
      {board !== undefined && <p className={classes('note', optionsStyles.wholeRow)}>{board}</p>}
    </>
  );
}

function Bits(): ReactNode {
  const chosen = useDesk((desk) => desk.searchForm.weights);
  const scheme = useDesk((desk) => desk.scheme);
  const architecture = useDesk((desk) => desk.architecture);
  const activations = useDesk((desk) => desk.searchForm.activations);
  const offered = offeredWidths({ architecture, scheme });
  const rounded = offered.filter((bits) => isRounded(bits) && chosen.includes(bits));
  // One has to be left.
  const isLast = (bits: BitWidth) => rounded.length === 1 && rounded[0] === bits;
  const toggle = (bits: BitWidth, on: boolean) =>
    setSearchForm({ weights: offered.filter((w) => (w === bits ? on : chosen.includes(w))) });
  return (
    <>
      <fieldset className={classes(chipsStyles.chips, styles.bits)}>
        <legend>{search.weightBits}</legend>
        {offered.map((bits) => (
          <label key={bits} {...tip(bits === 0 && search.skipTip)}>
            <input
              type="checkbox"
              checked={chosen.includes(bits)}
              disabled={isLast(bits)}
              onChange={(event) => toggle(bits, event.target.checked)}
            />
            <span>{bits === 0 ? search.skip : bits}</span>
          </label>
        ))}
      </fieldset>
      <Select
        label={search.activationBits}
        options={named(ACTIVATIONS, search.activations)}
        value={activations}
        onChange={(next) => setSearchForm({ activations: next })}
      />
    </>
  );
}

function Details(): ReactNode {
  const form = useDesk((desk) => desk.searchForm);
  const seed = useDesk((desk) => seedHere(desk, desk.searchForm.seed));
  const fixed = useDesk((desk) => desk.fixedSeed !== null);
  const most = useDesk((desk) => desk.dataset?.validation ?? 5000);
  return (
    <>
      <OptionInput
        field={SEARCHING.images}
        value={form.images}
        most={most}
        onChange={(images) => setSearchForm({ images })}
      />
      <OptionInput field={SEARCHING.steps} value={form.steps} onChange={(steps) => setSearchForm({ steps })} />
      <OptionInput
        field={SEARCHING.seed}
        value={seed}
        unused={fixed ? sharing.seedFixed : undefined}
        onChange={(next) => setSearchForm({ seed: next })}
      />
      <label className={optionsStyles.check}>
        <input
          type="checkbox"
          checked={form.useMine}
          onChange={(event) => setSearchForm({ useMine: event.target.checked })}
        />
        <span>{search.useMine}</span>
      </label>
    </>
  );
}

/** What the closed settings say. */
function furtherWords(desk: Desk): string {
  const { weights, images, steps, locked, ties } = desk.searchForm;
  const offered = offeredWidths(desk);
  const widths = offered.filter((bits) => weights.includes(bits)).map(units.bitsShort);
  return [
    limitWords(desk),
    search.summary.bits(widths.join(' ')),
    search.summary.images(images),
    steps > 0 && search.summary.steps(steps),
    ties !== 'none' && search.summary.ties[ties],
    locked.length > 0 && search.summary.locked(lockedLayers(desk).length),
  ]
    .filter((part) => part)
    .join(' · ');
}

function Further(): ReactNode {
  const words = useDesk(furtherWords);
  const isRevised = useDesk((desk) => desk.revised !== null);
  return (
    // What is not valid is to be seen.
    <details open={isRevised || undefined} onInvalidCapture={(event) => event.currentTarget.setAttribute('open', '')}>
      <summary>
        {search.further} <span className="note">{words}</span>
      </summary>
      <div className={optionsStyles.options}>
        <Limit />
        <Bits />
        <Tied />
        <Details />
        <Locks />
      </div>
      <MethodOptions />
    </details>
  );
}

/** The form: what is decided for every search first, with the button that starts it. */
export function SearchSetup(): ReactNode {
  const ready = useDesk((desk) => desk.network !== null && desk.searchMethods.length > 0);
  const busy = useDesk((desk) => activeRun(desk) !== undefined);
  return (
    <form
      className={styles.setup}
      onSubmit={(event) => {
        event.preventDefault();
        startSearch();
      }}
    >
      <MethodCards />
      <Revised />
      <div className={optionsStyles.options}>
        <BudgetFields />
      </div>
      <RoomMeasures />
      <div className={classes('buttons', styles.start)}>
        <button type="submit" className="primary" disabled={!ready}>
          {search.start}
        </button>
        {busy && <span className="note">{search.queued}</span>}
      </div>
      <Further />
    </form>
  );
}
