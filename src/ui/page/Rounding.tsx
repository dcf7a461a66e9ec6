// How rounding is set up, beside the quantizer: scales, activations, ranges, and what is done without training.
import { type ReactNode, useId } from 'react';
import { activationQuantizers } from '../../quant/activationRegistry';
import { PLAIN_CALIBRATION, type WeightRounding } from '../../quant/calibration';
import { parseGranularity } from '../../quant/granularity';
import type {
  ActivationQuantizerId,
  Granularity,
  GranularityKind,
  RangeChoice,
  WeightRange,
} from '../../quant/quantizer';
import { activationsOf, calibrationOf, type QuantScheme, quantizerOf, withCalibration } from '../../quant/registry';
import { setScheme } from '../../store/policy/scheme';
import { desk } from '../../store/state/desk';
import { useAnchored } from '../parts/anchor';
import anchoredStyles from '../parts/anchored.module.css';
import { classes } from '../parts/classes';
import { Select, type SelectOption } from '../parts/Select';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './Rounding.module.css';

const GRANULARITIES: Readonly<Record<GranularityKind, SelectOption<Granularity>>> = {
  tensor: { value: 'tensor', label: 'per tensor' },
  channel: { value: 'channel', label: 'per channel' },
  block: { value: 'block:32', label: 'per block of 32' },
};
const ACTIVATIONS = (Object.keys(activationQuantizers) as ActivationQuantizerId[]).map((value) => ({
  value,
  label: activationQuantizers[value].label,
}));
const RANGES: readonly SelectOption<RangeChoice>[] = [
  { value: 'minMax', label: 'smallest to largest' },
  { value: 'percentile', label: 'without the outermost 0.1 %' },
  { value: 'mse', label: 'least squared error' },
];
const WEIGHT_RANGES: readonly SelectOption<WeightRange>[] = [
  ...RANGES,
  { value: 'hessian', label: 'least error in what layers give' },
];
const ROUNDINGS: readonly SelectOption<WeightRounding>[] = [
  { value: 'nearest', label: 'to the nearest level' },
  { value: 'gptq', label: 'with error feedback (GPTQ)' },
];
const IMAGES = ['64', '256', '1024', '4096'].map((value) => ({ value, label: Number(value).toLocaleString('en-US') }));

function withActivations({ activations: _, ...rest }: QuantScheme, activations: ActivationQuantizerId): QuantScheme {
  return activations === 'uniform' ? rest : { ...rest, activations };
}

function withRange({ range: _, ...rest }: QuantScheme, range: WeightRange): QuantScheme {
  return range === 'minMax' ? rest : { ...rest, range };
}

function Fields(): ReactNode {
  const scheme = useDesk((state) => state.scheme);
  const { range, correction, batchNorm, images, rounding = 'nearest' } = calibrationOf(scheme);
  const { granularities, hasRange } = quantizerOf(scheme.quantizer);
  const set = (part: Parameters<typeof withCalibration>[1]) => setScheme(withCalibration(scheme, part));
  const counts = IMAGES.some(({ value }) => value === String(images))
    ? IMAGES
    : [{ value: String(images), label: String(images) }, ...IMAGES];
  return (
    <div className={styles.fields}>
      <Select
        label="Scale"
        options={granularities.map((kind) =>
          kind === 'block' && parseGranularity(scheme.granularity).kind === 'block'
            ? { value: scheme.granularity, label: `per block of ${parseGranularity(scheme.granularity).size}` }
            : GRANULARITIES[kind],
        )}
        value={scheme.granularity}
        hint="What shares one scale: finer errs less and weighs more."
        onChange={(granularity) => setScheme({ ...scheme, granularity })}
      />
      <Select
        label="Rounding of the weights"
        options={ROUNDINGS}
        value={rounding}
        hint="Error feedback: later weights make good what rounding the ones before has moved, as training images show."
        onChange={(next) => set({ rounding: next })}
      />
      {hasRange && (
        <Select
          label="Range of the weights"
          options={WEIGHT_RANGES}
          value={scheme.range ?? 'minMax'}
          hint="What the levels span: clipping the outermost weights makes finer levels for the others."
          onChange={(next) => setScheme(withRange(scheme, next))}
        />
      )}
      <Select
        label="Activations"
        options={ACTIVATIONS}
        value={activationsOf(scheme)}
        hint={activationQuantizers[activationsOf(scheme)].summary}
        onChange={(activations) => setScheme(withActivations(scheme, activations))}
      />
      <Select
        label="Range of the activations"
        options={RANGES}
        value={range}
        hint="Found on training images, without their labels."
        onChange={(next) => set({ range: next })}
      />
      <Select
        label="Images to calibrate on"
        options={counts}
        value={String(images)}
        hint="Training images that ranges and corrections look at."
        onChange={(next) => set({ images: Number(next) })}
      />
      <Select
        label="Batch norms"
        options={[
          { value: 'keep', label: 'kept' },
          { value: 'fold', label: 'folded first', disabled: correction === 'batchNorm' },
        ]}
        value={batchNorm}
        hint="Folded: multiplied into the weights before these are rounded, as on integer hardware. Training keeps them."
        onChange={(next) => set({ batchNorm: next })}
      />
      <Select
        label="Correction"
        options={[
          { value: 'none', label: 'none' },
          { value: 'bias', label: 'biases' },
          { value: 'batchNorm', label: 'batch norms re-estimated', disabled: batchNorm === 'fold' },
        ]}
        value={correction}
        hint="Takes out the shift that rounding causes, without training. Slower: it is made for each policy."
        onChange={(next) => set({ correction: next })}
      />
      <button
        type="button"
        disabled={scheme.calibration === undefined && scheme.range === undefined}
        onClick={() => setScheme(withCalibration(withRange(desk.getState().scheme, 'minMax'), PLAIN_CALIBRATION))}
      >
        Plain calibration
      </button>
    </div>
  );
}

/** A button, and a card with the fields over the page; Escape and a press elsewhere close it. */
export function Rounding(): ReactNode {
  const { button, popover, open, toggles } = useAnchored<HTMLElement>();
  const changed = useDesk(({ scheme }) => scheme.calibration !== undefined || scheme.range !== undefined);
  const id = useId();
  return (
    <div className={styles.rounding}>
      <button
        ref={button}
        type="button"
        aria-expanded={open}
        popoverTarget={id}
        {...tip('Scales, activations, ranges, corrections')}
      >
        Rounding{changed ? ' •' : ''}
        <span className="unseen">{changed ? ', not the plain calibration' : ''}</span>
      </button>
      <section
        ref={popover}
        id={id}
        popover="auto"
        className={classes(anchoredStyles.anchored, styles.card)}
        aria-label="Rounding"
        {...toggles}
      >
        {open && <Fields />}
      </section>
    </div>
  );
}
