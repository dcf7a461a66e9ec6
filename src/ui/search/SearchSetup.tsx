// What the next search does: its method, limit, budget and bits, and the button that starts it.
import type { ReactNode } from 'react';
import type { BitWidth } from '../../graph/policy';
import type { Desk } from '../../store/desk';
import type { ActivationChoice, BudgetKind, LimitKind } from '../../store/searchFields';
import { budgetInUnits, limitValue, offeredWidths, setSearchForm } from '../../store/searchForm';
import { startSearch } from '../../store/searching';
import { activeRun } from '../../store/searchSelectors';
import { NumberField } from '../controls/NumberField';
import { Select } from '../controls/Select';
import { count, duration } from '../numbers';
import { useDesk } from '../useDesk';
import { Locks } from './Locks';
import { MethodCards } from './MethodCards';
import { Revised } from './Revised';

const BUDGETS: readonly { value: BudgetKind; label: string }[] = [
  { value: 'evaluations', label: 'policies measured' },
  { value: 'images', label: 'images seen' },
  { value: 'minutes', label: 'minutes' },
];
const LIMITS: readonly { value: LimitKind; label: string }[] = [
  { value: 'memory', label: 'memory (KB)' },
  { value: 'compression', label: 'compression of weights (times)' },
  { value: 'bitOps', label: 'BitOps an image (millions)' },
  { value: 'none', label: 'none' },
];
const ACTIVATIONS: readonly { value: ActivationChoice; label: string }[] = [
  { value: 'eight', label: '8 bits' },
  { value: 'float', label: 'float' },
  { value: 'asWeights', label: 'as their weights' },
  { value: 'searched', label: 'searched too' },
];

/** Whether the chosen method trains before it measures, beyond the fine-tuning of each policy. */
const trains = ({ searchMethods, searchForm }: Desk) =>
  Object.hasOwn(searchMethods.find(({ id }) => id === searchForm.method)?.options ?? {}, 'steps');

function Budget(): ReactNode {
  const kind = useDesk((desk) => desk.searchForm.budgetKind);
  const budgets = useDesk((desk) => desk.searchForm.budgets);
  // A text is equal to the one before when nothing changed.
  const words = useDesk((desk) => {
    const { evaluations, images, minutes } = budgetInUnits(desk);
    const parts = [
      kind !== 'evaluations' && Number.isFinite(evaluations) && `${count(evaluations)} policies`,
      kind !== 'images' && Number.isFinite(images) && `${count(images)} images`,
      kind !== 'minutes' && Number.isFinite(minutes) && duration(minutes * 60),
    ].filter((part) => part !== false);
    const own = trains(desk) && kind === 'evaluations' ? ', its own training on top' : '';
    return `~ ${parts.join(', ')} here${own}`;
  });
  return (
    <>
      <Select
        label="Budget in"
        options={BUDGETS}
        value={kind}
        onChange={(budgetKind) => setSearchForm({ budgetKind })}
      />
      <NumberField
        label={`Budget (${BUDGETS.find(({ value }) => value === kind)?.label})`}
        value={budgets[kind]}
        min={kind === 'minutes' ? 0.1 : 1}
        max={1e9}
        step={kind === 'minutes' ? 'any' : 1}
        note={words}
        onChange={(value) => setSearchForm({ budgets: { ...budgets, [kind]: value } })}
      />
    </>
  );
}

function Limit(): ReactNode {
  const kind = useDesk((desk) => desk.searchForm.limitKind);
  const limits = useDesk((desk) => desk.searchForm.limits);
  const value = useDesk(limitValue);
  return (
    <>
      <Select label="Limit on" options={LIMITS} value={kind} onChange={(limitKind) => setSearchForm({ limitKind })} />
      {kind !== 'none' && (
        <NumberField
          label={`At most: ${LIMITS.find((limit) => limit.value === kind)?.label}`}
          value={value}
          min={0.01}
          max={1e9}
          step="any"
          onChange={(next) => setSearchForm({ limits: { ...limits, [kind]: next } })}
        />
      )}
    </>
  );
}

function Bits(): ReactNode {
  const chosen = useDesk((desk) => desk.searchForm.weights);
  const scheme = useDesk((desk) => desk.scheme);
  const architecture = useDesk((desk) => desk.architecture);
  const activations = useDesk((desk) => desk.searchForm.activations);
  const offered = offeredWidths({ architecture, scheme });
  const toggle = (bits: BitWidth, on: boolean) =>
    setSearchForm({ weights: offered.filter((w) => (w === bits ? on : chosen.includes(w))) });
  return (
    <>
      <fieldset className="bits-allowed">
        <legend>Weight bits allowed</legend>
        {offered.map((bits) => (
          <label key={bits} title={bits === 0 ? 'Leaves out whole branches of residual blocks' : undefined}>
            <input
              type="checkbox"
              checked={chosen.includes(bits)}
              onChange={(event) => toggle(bits, event.target.checked)}
            />
            <span>{bits === 0 ? 'leave out' : bits}</span>
          </label>
        ))}
      </fieldset>
      <Select
        label="Activation bits"
        options={ACTIVATIONS}
        value={activations}
        onChange={(next) => setSearchForm({ activations: next })}
      />
    </>
  );
}

function Details(): ReactNode {
  const form = useDesk((desk) => desk.searchForm);
  const most = useDesk((desk) => desk.dataset?.validation ?? 5000);
  return (
    <>
      <NumberField
        label="Images a policy is measured on"
        value={form.images}
        min={16}
        max={most}
        step={1}
        onChange={(images) => setSearchForm({ images })}
      />
      <NumberField
        label="Fine-tuning steps before"
        value={form.steps}
        min={0}
        max={100_000}
        step={1}
        onChange={(steps) => setSearchForm({ steps })}
      />
      <NumberField
        label="Seed"
        value={form.seed}
        min={0}
        max={4_294_967_295}
        step={1}
        onChange={(seed) => setSearchForm({ seed })}
      />
      <label className="check">
        <input
          type="checkbox"
          checked={form.useMine}
          onChange={(event) => setSearchForm({ useMine: event.target.checked })}
        />
        <span>Use my points</span>
      </label>
    </>
  );
}

/** The form. */
export function SearchSetup(): ReactNode {
  const ready = useDesk((desk) => desk.network !== null && desk.searchMethods.length > 0);
  const busy = useDesk((desk) => activeRun(desk) !== undefined);
  return (
    <form
      className="search-setup"
      onSubmit={(event) => {
        event.preventDefault();
        startSearch();
      }}
    >
      <MethodCards />
      <Revised />
      <div className="options">
        <Limit />
        <Budget />
        <Bits />
        <Details />
        <Locks />
      </div>
      <div className="buttons">
        <button type="submit" className="primary" disabled={!ready}>
          Start search
        </button>
        {busy && <span className="note">It starts after the one that runs.</span>}
      </div>
    </form>
  );
}
