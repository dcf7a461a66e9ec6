// Options of a training run.
import type { ReactNode } from 'react';
import type { Desk } from '../../store/state/desk';
import { trainingRange } from '../../store/state/trainingOptions';
import { setTrainingOption } from '../../store/train/training';
import { NumberField } from '../parts/NumberField';
import optionsStyles from '../parts/options.module.css';
import { Select } from '../parts/Select';
import { useDesk } from '../parts/useDesk';

type Options = Desk['trainingOptions'];

function TrainingNumber({
  label,
  option,
  most = Number.POSITIVE_INFINITY,
}: {
  readonly label: string;
  readonly option: Parameters<typeof trainingRange>[0];
  readonly most?: number;
}): ReactNode {
  const value = useDesk((desk) => desk.trainingOptions[option]);
  const { min, max, whole } = trainingRange(option);
  const change = (next: number) => setTrainingOption(option, next);
  const bounds = { min, max: Math.min(max, most), step: whole ? 1 : ('any' as const) };
  return <NumberField label={label} {...bounds} value={value} onChange={change} />;
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
    <fieldset className={optionsStyles.options} disabled={active}>
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
        <TrainingNumber label="Temperature" option="temperature" />
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
      <TrainingNumber label="Epochs" option="epochs" />
      <TrainingNumber label="Images per epoch" option="imagesPerEpoch" most={images} />
      <TrainingNumber label="Batch size (images)" option="batchSize" />
      <TrainingNumber label="Learning rate" option="learningRate" />
      <OptionSelect
        label="Learning rate schedule"
        option="schedule"
        choices={[
          ['cosine', 'cosine'],
          ['one-cycle', 'one cycle'],
        ]}
      />
      {!distills && <TrainingNumber label="Label smoothing" option="labelSmoothing" />}
      <TrainingNumber label="Seed" option="seed" />
      <label className={optionsStyles.check}>
        <input
          type="checkbox"
          checked={augment}
          onChange={(event) => setTrainingOption('augment', event.target.checked)}
        />
        <span>Augmentation (shift and mirror)</span>
      </label>
      {distills && (
        <p className={`note ${optionsStyles.wholeRow}`}>
          Distillation: the rounded network learns to answer as the float one does; no label is read. A higher
          temperature makes its second choices count more.
        </p>
      )}
    </fieldset>
  );
}
