// How rounding is set up, beside the quantizer: scales, activations, ranges, and what is done without training.
import type { ReactNode } from 'react';
import { CALIBRATION, WEIGHT_RANGE } from '../../options/calibration';
import { initialValues } from '../../options/fields';
import { GRANULARITY, SCHEME, scalesOf } from '../../options/scheme';
import { activationQuantizers } from '../../quant/activationRegistry';
import { type Calibration, PLAIN_CALIBRATION } from '../../quant/calibration';
import { parseGranularity } from '../../quant/granularity';
import type { ActivationQuantizerId, Granularity, GranularityKind, WeightRange } from '../../quant/quantizer';
import { activationsOf, calibrationOf, type QuantScheme, quantizerOf, withCalibration } from '../../quant/registry';
import { setScheme } from '../../store/policy/scheme';
import { desk } from '../../store/state/desk';
import { said } from '../../words/en/declared';
import { roundingCard } from '../../words/en/roundingCard';
import { count } from '../../words/numbers';
import { OptionInput } from '../parts/OptionInput';
import { Select, type SelectOption } from '../parts/Select';
import { useDesk } from '../parts/useDesk';
import styles from './RoundingFields.module.css';

/** A choice of granularity; blocks have 32 weights unless the scheme at hand has others. */
function granularityOption(kind: GranularityKind, current: Granularity): SelectOption<Granularity> {
  if (kind !== 'block') return { value: kind, label: roundingCard.granularity[kind] };
  const parsed = parseGranularity(current);
  const size = parsed.kind === 'block' ? parsed.size : 32;
  return { value: `block:${size}`, label: roundingCard.granularity.block(size) };
}
const IMAGES = [64, 256, 1024, 4096];

function withActivations({ activations: _, ...rest }: QuantScheme, activations: ActivationQuantizerId): QuantScheme {
  return activations === 'uniform' ? rest : { ...rest, activations };
}

function withScales({ scaleBits: _, ...rest }: QuantScheme, width: Parameters<typeof scalesOf>[0]): QuantScheme {
  return { ...rest, ...scalesOf(width) };
}

function withRange({ range: _, ...rest }: QuantScheme, range: WeightRange): QuantScheme {
  return range === 'minMax' ? rest : { ...rest, range };
}

/** The fields of the card. */
export default function RoundingFields(): ReactNode {
  const scheme = useDesk((state) => state.scheme);
  const calibration = { ...initialValues(CALIBRATION), ...calibrationOf(scheme) };
  const { correction, batchNorm, images } = calibration;
  const { granularities, halfScales, hasRange } = quantizerOf(scheme.quantizer);
  const set = (part: Parameters<typeof withCalibration>[1]) => setScheme(withCalibration(scheme, part));
  const part = (name: Exclude<keyof Calibration, 'images'>, disabled?: string) => (
    <OptionInput
      field={CALIBRATION[name]}
      value={calibration[name]}
      onChange={(next) => set({ [name]: next })}
      disabled={disabled}
      hinted
    />
  );
  const counts = IMAGES.includes(images) ? IMAGES : [images, ...IMAGES];
  return (
    <div className={styles.fields}>
      <Select
        label={said(GRANULARITY.label)}
        options={granularities.map((kind) => granularityOption(kind, scheme.granularity))}
        value={scheme.granularity}
        hint={said(GRANULARITY.hint)}
        onChange={(granularity) => setScheme({ ...scheme, granularity })}
      />
      {halfScales && (
        <OptionInput
          field={SCHEME.scaleBits}
          value={`${scheme.scaleBits ?? SCHEME.scaleBits.initial}` as const}
          onChange={(width) => setScheme(withScales(scheme, width))}
          hinted
        />
      )}
      {part('rounding')}
      {hasRange && (
        <OptionInput
          field={WEIGHT_RANGE}
          value={scheme.range ?? WEIGHT_RANGE.initial}
          onChange={(next) => setScheme(withRange(scheme, next))}
          hinted
        />
      )}
      {part('equalize')}
      <Select
        label={said(SCHEME.activations.label)}
        options={SCHEME.activations.choices.map((value) => ({
          value,
          label: said(activationQuantizers[value].label),
        }))}
        value={activationsOf(scheme)}
        hint={said(activationQuantizers[activationsOf(scheme)].summary)}
        onChange={(activations) => setScheme(withActivations(scheme, activations))}
      />
      {part('range')}
      {part('synthesize')}
      <Select
        label={said(CALIBRATION.images.label)}
        options={counts.map((n) => ({ value: String(n), label: count(n) }))}
        value={String(images)}
        hint={said(CALIBRATION.images.hint)}
        onChange={(next) => set({ images: Number(next) })}
      />
      {part('batchNorm', correction === 'batchNorm' ? 'fold' : undefined)}
      {part('correction', batchNorm === 'fold' ? 'batchNorm' : undefined)}
      <button
        type="button"
        disabled={scheme.calibration === undefined && scheme.range === undefined}
        onClick={() => setScheme(withCalibration(withRange(desk.getState().scheme, 'minMax'), PLAIN_CALIBRATION))}
      >
        {roundingCard.reset}
      </button>
    </div>
  );
}
