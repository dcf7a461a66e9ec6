// The bar above the rack: what the faders show, the key, and menus of selections, presets and the budget that holds.
import type { ReactNode } from 'react';
import { branchOf } from '../../graph/branches';
import { type BitWidth, FLOAT, SKIPPED, samePolicy } from '../../graph/policy';
import { keeping, PRESETS, type PresetId, presetPolicy, type RoundedPart, type TensorMode } from '../../policy/edits';
import type { LayerKind } from '../../policy/groups';
import type { PayingRule } from '../../policy/paying';
import { isInRange, type WidthRange, widthRangeOf } from '../../policy/widths';
import { quantizers } from '../../quant/registry';
import { suggestedBudget } from '../../store/measure/budget';
import { inspectedLayer, tableHere } from '../../store/measure/selectors';
import { applyPreset, toggleMute, toggleSkip, toggleSolo } from '../../store/policy/actions';
import { mutedLayers, soloLayer } from '../../store/policy/aside';
import { toggleHold } from '../../store/policy/hold';
import { setPayingRule } from '../../store/policy/holding';
import { lockedLayers, toggleLocks } from '../../store/policy/locked';
import { loadPin, pin, pinHere } from '../../store/policy/pins';
import { selectLayers, selectLike } from '../../store/policy/selection';
import { withCode } from '../../store/state/code';
import type { Desk } from '../../store/state/desk';
import { setTensorMode } from '../../store/state/view';
import { faders } from '../../words/en/faders';
import { pins } from '../../words/en/pins';
import { count, sizeInWords } from '../../words/numbers';
import { ActionMenu, type MenuAction } from '../parts/ActionMenu';
import { bitsFill } from '../parts/bitRamp';
import { Menu } from '../parts/Menu';
import { Segmented } from '../parts/Segmented';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { fullHarm } from './harmTicks';
import styles from './RackBar.module.css';

const MODES = ['weights', 'activations', 'both'] as const;
const RAMP = [1, 2, 3, 4, 5, 6, 8, 32] as const;
const KINDS = ['stage', 'shape', 'convs', 'all'] as const satisfies readonly LayerKind[];
const RULES = ['leastLoss', 'even'] as const satisfies readonly PayingRule[];

/** The tensors that a mode shows. */
export const TENSORS: Readonly<Record<TensorMode, readonly RoundedPart[]>> = {
  weights: ['weights'],
  activations: ['activations'],
  both: ['weights', 'activations'],
};

/** What the faders show. */
export function ModeChoice(): ReactNode {
  const mode = useDesk((state) => state.tensorMode);
  const options = MODES.map((value) => ({ value, label: faders.modes[value] }));
  return <Segmented legend={faders.facing} options={options} value={mode} onChange={setTensorMode} />;
}

/** What ticks, areas and colors stand for. */
export function Key(): ReactNode {
  const found = useDesk(tableHere);
  const mode = useDesk((state) => state.tensorMode);
  return (
    <span className={styles.key}>
      {found && (
        <span {...tip(faders.harmTip)}>
          <i className={styles.harm} /> {faders.harmKey(count(fullHarm(found.table, TENSORS[mode][0])))}
        </span>
      )}
      <span {...tip(faders.massTip)}>
        <i className={styles.mass} /> {faders.massKey}
      </span>
      <span className={styles.third}>
        {faders.rampKey}{' '}
        {RAMP.map((bits) => (
          <i key={bits} style={{ background: bitsFill(bits) }} />
        ))}
      </span>
    </span>
  );
}

/** The layers that the menu acts on: those selected, or the one that is looked at. */
function chosen(state: Desk): readonly string[] {
  return state.selection.length > 0 ? state.selection : [inspectedLayer(state)];
}

/** Everything that can be done to the selection. */
export function SelectionMenu(): ReactNode {
  const layers = useDesk((state) => chosen(state).join('\n')).split('\n');
  const soloed = useDesk((state) => soloLayer(state));
  const muted = useDesk((state) => layers.every((id) => mutedLayers(state).includes(id)));
  const locked = useDesk((state) => layers.every((id) => lockedLayers(state).includes(id)));
  const skipped = useDesk((state) => layers.every((id) => state.policy[id]?.weights === SKIPPED));
  const skippable = useDesk((state) => layers.every((id) => branchOf(state.architecture, id) !== undefined));
  const any = useDesk((state) => state.selection.length > 0);
  const one = layers.length === 1;
  const actions: MenuAction[] = [
    {
      label: soloed === layers[0] && one ? faders.unsolo : faders.solo,
      keys: 'S',
      disabled: !one && faders.oneOnly,
      run: () => toggleSolo(layers[0]),
    },
    { label: muted ? faders.unmute : faders.mute, keys: 'M', run: () => toggleMute(layers) },
    {
      label: skipped ? faders.unskip : faders.skip,
      keys: 'X',
      disabled: !(one && skippable) && (one ? faders.noBranch : faders.oneOnly),
      run: () => toggleSkip(layers[0]),
    },
    { label: locked ? faders.unlockAll : faders.lockAll, keys: 'L', run: () => toggleLocks(layers) },
    ...KINDS.map((kind, i) => ({
      label: faders.select[kind],
      apart: i === 0,
      ...(kind === 'all' && { keys: faders.selectAllKeys }),
      run: () => selectLike(kind),
    })),
    ...(any ? [{ label: faders.clear, keys: faders.clearKeys, run: () => selectLayers([]) }] : []),
  ];
  const label = one ? layers[0] : faders.several(count(layers.length));
  return <ActionMenu label={label} name={faders.selection(label)} tip={faders.selectionTip} actions={actions} />;
}

/** Whether a scheme has all widths of a preset. */
function hasPreset(id: PresetId, range: WidthRange): boolean {
  const widths: readonly BitWidth[] = id === 'float' ? [FLOAT] : id === 'ends' ? [8, 4] : [Number(id) as BitWidth];
  return widths.every((bits) => isInRange(bits, range));
}

/** Named configs, and those that are pinned. */
export function PresetMenu(): ReactNode {
  const current = useDesk((state) =>
    PRESETS.find((id) => {
      const preset = presetPolicy(state.architecture, id, state.tensorMode, state.policy);
      return samePolicy(keeping(preset, state.policy, lockedLayers(state)), state.policy);
    }),
  );
  const scheme = useDesk((state) => state.scheme);
  const mode = useDesk((state) => state.tensorMode);
  const budget = useDesk((state) => state.budget?.bytes ?? suggestedBudget(state));
  const table = useDesk((state) => tableHere(state) !== null);
  const here = useDesk((state) => pinHere(state)?.name);
  const pinned = useDesk((state) => state.pins);
  const { label } = quantizers[scheme.quantizer];
  const actions: MenuAction[] = PRESETS.map((id) => ({
    label: id === 'float' || id === 'ends' ? faders.preset[id] : faders.preset.uniform(id),
    checked: id === current,
    disabled: TENSORS[mode].some((tensor) => !hasPreset(id, widthRangeOf(scheme, tensor))) && faders.lacksWidths(label),
    run: () => applyPreset(id),
  }));
  const best: MenuAction = {
    label: faders.best(sizeInWords(budget)),
    apart: true,
    disabled: !table && faders.noTable,
    run: () =>
      withCode(
        () => import('../../store/policy/budgeted'),
        ({ applyBest }) => applyBest(budget),
      ),
  };
  const keep: MenuAction = {
    label: here === undefined ? pins.pinThis : pins.pinned(here),
    keys: pins.key,
    apart: true,
    disabled: here !== undefined && pins.pinned(here),
    run: pin,
  };
  const loads = pinned.map(({ name }): MenuAction => ({ label: pins.load(name), run: () => loadPin(name) }));
  return <ActionMenu label={faders.presets} actions={[...actions, best, keep, ...loads]} />;
}

/** Holds the budget, and who pays for it. */
export function HoldSwitch(): ReactNode {
  const held = useDesk((state) => state.budget?.mode === 'hold');
  const budget = useDesk((state) => state.budget?.bytes ?? suggestedBudget(state));
  const rule = useDesk((state) => state.payingRule);
  const projected = useDesk((state) => state.projected);
  return (
    <>
      <button
        type="button"
        role="switch"
        aria-checked={held}
        className={styles.hold}
        {...tip(faders.holdTip)}
        onClick={toggleHold}
      >
        {faders.hold(sizeInWords(budget))}
      </button>
      {held && !projected && (
        <Menu
          label={faders.payingRule}
          tip={faders.payingTip}
          options={RULES.map((value) => ({ value, label: faders.rules[value] }))}
          value={rule}
          onChange={setPayingRule}
        >
          {faders.payer[rule]}
        </Menu>
      )}
    </>
  );
}
