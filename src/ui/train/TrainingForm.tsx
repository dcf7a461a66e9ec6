// Options of a training run.
import type { ReactNode } from 'react';
import { followsRecipe, TRAINING, type TrainingOptions } from '../../options/training';
import { choosesCodes } from '../../quant/registry';
import { seedHere } from '../../store/state/shared';
import { applyRecipe, setTrainingOption } from '../../store/train/options';
import { sharing } from '../../words/en/sharing';
import { train } from '../../words/en/train';
import { classes } from '../parts/classes';
import { OptionInput } from '../parts/OptionInput';
import optionsStyles from '../parts/options.module.css';
import { useDesk } from '../parts/useDesk';

interface OptionProps {
  readonly name: keyof TrainingOptions;
  readonly most?: number;
  readonly hinted?: boolean;
}

function Option({ name, most, hinted = false }: OptionProps): ReactNode {
  const value = useDesk((desk) =>
    name === 'seed' ? seedHere(desk, desk.trainingOptions.seed) : desk.trainingOptions[name],
  );
  const fixed = useDesk((desk) => name === 'seed' && desk.fixedSeed !== null);
  const change = (next: typeof value) => setTrainingOption(name, next);
  return (
    <OptionInput
      field={TRAINING[name]}
      value={value}
      hinted={hinted}
      unused={fixed ? sharing.seedFixed : undefined}
      onChange={change}
      {...(most !== undefined && { most })}
    />
  );
}

/** The fields; each keeps the last valid value. */
export function TrainingForm(): ReactNode {
  const active = useDesk((desk) => desk.trainingActive);
  const forBits = useDesk((desk) => desk.trainingOptions.quantizationAware);
  const distills = useDesk((desk) => desk.trainingOptions.learnFrom === 'float') && forBits;
  const improved = useDesk((desk) => choosesCodes(desk.scheme));
  const follows = useDesk((desk) => followsRecipe(desk.trainingOptions));
  const images = useDesk((desk) => desk.dataset?.train ?? 50_000);
  return (
    <fieldset className={optionsStyles.options} disabled={active}>
      <legend className="unseen">{train.options}</legend>
      <Option name="quantizationAware" />
      {forBits && <Option name="learnFrom" />}
      <Option name={distills ? 'temperature' : 'fromScratch'} />
      <Option name="epochs" />
      <Option name="imagesPerEpoch" most={images} />
      <Option name="batchSize" />
      <Option name="learningRate" />
      <Option name="schedule" />
      {!distills && <Option name="labelSmoothing" />}
      <Option name="seed" />
      {forBits && <Option name="damping" />}
      <Option name="augment" />
      <Option name="shards" hinted />
      {forBits && improved && (
        <p className={classes('note', optionsStyles.wholeRow)}>
          {train.fromImproved}{' '}
          {!follows && (
            <button type="button" onClick={applyRecipe}>
              {train.useRecipe}
            </button>
          )}
        </p>
      )}
      {distills && <p className={classes('note', optionsStyles.wholeRow)}>{train.distillation}</p>}
    </fieldset>
  );
}
