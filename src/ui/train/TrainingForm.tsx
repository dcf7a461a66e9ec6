// Options of a training run.
import type { ReactNode } from 'react';
import type { Desk } from '../../store/state/desk';
import { setTrainingOption } from '../../store/train/training';
import { NumberField } from '../parts/NumberField';
import { Select } from '../parts/Select';
import { useDesk } from '../parts/useDesk';

type Options = Desk['trainingOptions'];
type NumberKey = { [K in keyof Options]: Options[K] extends number ? K : never }[keyof Options];

function TrainingNumber({
  option,
  ...field
}: {
  readonly label: string;
  readonly option: NumberKey;
  readonly min: number;
  readonly max: number;
  readonly step: number | 'any';
}): ReactNode {
  const value = useDesk((desk) => desk.trainingOptions[option]);
  return <NumberField {...field} value={value} onChange={(next) => setTrainingOption(option, next)} />;
}

function OptionSelect<K extends 'schedule' | 'quantizationAware' | 'fromScratch' | 'learnFrom'>({
  label,
  option,
  choices,
}: {
  readonly label: string;
  readonly option: K;
  readonly choices: readonly (readonly [value: Options[K], label: string])[];
}): ReactNode {
  const value = useDesk((desk) => desk.trainingOptions[option]);
  const at = choices.findIndex(([choice]) => choice === value);
  const options = choices.map(([, words], i) => ({ value: String(i), label: words }));
  return (
    <Select
      label={label}
      options={options}
      value={String(at)}
      onChange={(i) => setTrainingOption(option, choices[Number(i)][0])}
    />
  );
}

/** The fields; each keeps the last valid value. */
export function TrainingForm(): ReactNode {
  const augment = useDesk((desk) => desk.trainingOptions.augment);
  const active = useDesk((desk) => desk.trainingActive);
  const forBits = useDesk((desk) => desk.trainingOptions.quantizationAware);
  const distills = useDesk((desk) => desk.trainingOptions.learnFrom === 'float') && forBits;
  const images = useDesk((desk) => desk.dataset?.train ?? 50_000);
  return (
    <fieldset className="options" disabled={active}>
      <legend className="unseen">Training options</legend>
      <OptionSelect
        label="Train"
        option="quantizationAware"
        choices={[
          [true, 'for these bits'],
          [false, 'in float'],
        ]}
      />
      {forBits && (
        <OptionSelect
          label="Learn from"
          option="learnFrom"
          choices={[
            ['labels', 'labels'],
            ['float', 'float answers'],
          ]}
        />
      )}
      {distills ? (
        <TrainingNumber label="Temperature" option="temperature" min={0.1} max={100} step="any" />
      ) : (
        <OptionSelect
          label="Start from"
          option="fromScratch"
          choices={[
            [false, 'the weights in use'],
            [true, 'new random weights'],
          ]}
        />
      )}
      <TrainingNumber label="Epochs" option="epochs" min={1} max={300} step={1} />
      <TrainingNumber label="Images per epoch" option="imagesPerEpoch" min={32} max={images} step={1} />
      <TrainingNumber label="Batch size (images)" option="batchSize" min={4} max={512} step={1} />
      <TrainingNumber label="Learning rate" option="learningRate" min={0.000001} max={10} step="any" />
      <OptionSelect
        label="Learning rate schedule"
        option="schedule"
        choices={[
          ['cosine', 'cosine'],
          ['one-cycle', 'one cycle'],
        ]}
      />
      {!distills && <TrainingNumber label="Label smoothing" option="labelSmoothing" min={0} max={0.5} step="any" />}
      <TrainingNumber label="Seed" option="seed" min={0} max={4294967295} step={1} />
      <label className="check">
        <input
          type="checkbox"
          checked={augment}
          onChange={(event) => setTrainingOption('augment', event.target.checked)}
        />
        <span>Augmentation (shift and mirror)</span>
      </label>
      {distills && (
        <p className="note whole-row">
          Distillation: the rounded network learns to answer as the float one does; no label is read. A higher
          temperature makes its second choices count more.
        </p>
      )}
    </fieldset>
  );
}
