// What became of training, training that was cut off, and the other weights that are kept: each with its buttons.
import type { ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { networkLabel } from '../../store/network/own';
import { otherWeights, useWeights } from '../../store/network/weights';
import { isBad, outcomeText, outcomeTitle } from '../../store/state/outcomeWords';
import { discardTraining } from '../../store/train/interrupted';
import { isTrainedElsewhere } from '../../store/train/tabs';
import { goOnTraining } from '../../store/train/training';
import { train } from '../../words/en/train';
import { dateTime } from '../../words/numbers';
import { classes } from '../parts/classes';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './TrainingOutcome.module.css';

/** The verdict on the latest run, and the weights that are not in use, one click away. */
export function TrainingOutcome(): ReactNode {
  const outcome = useDesk((desk) => desk.outcome);
  const inUse = useDesk((desk) => desk.network?.fingerprint);
  if (outcome === null) return null;
  const { former, trained } = outcome;
  return (
    <div className={classes(styles.outcome, isBad(outcome) && styles.bad)}>
      <p>
        <b>{outcomeTitle(outcome)}</b>: {outcomeText(outcome)}
        {outcome.elsewhere && ` ${train.elsewhere}`}
      </p>
      {trained !== undefined && inUse === former && (
        <p>
          {train.oldInUse} <Use fingerprint={trained} label={train.useTrained} />
        </p>
      )}
      {trained !== undefined && inUse === trained && (
        <p>
          {train.trainedInUse} <Use fingerprint={former} label={train.useOld} />
        </p>
      )}
    </div>
  );
}

function Use({ fingerprint, label }: { readonly fingerprint: string; readonly label: string }): ReactNode {
  const active = useDesk((desk) => desk.trainingActive);
  return (
    <button type="button" disabled={active} onClick={() => void useWeights(fingerprint)}>
      {label}
    </button>
  );
}

/** That another tab trains the network in use. */
export function TrainedElsewhere(): ReactNode {
  if (!useDesk(isTrainedElsewhere)) return null;
  return (
    <p className="note" role="status">
      {train.otherTab}
    </p>
  );
}

/** Runs that were cut off. */
export function Interrupted(): ReactNode {
  const runs = useDesk((desk) => desk.interrupted);
  const active = useDesk((desk) => desk.trainingActive);
  return runs.map(({ id, networkId, step, steps, by }) => (
    <div key={id} className={styles.outcome} role="status">
      <p>{train.interrupted(networkLabel(networkId), step, steps, by)}</p>
      <p className="buttons">
        <button type="button" className="primary" disabled={active} onClick={() => void goOnTraining(id)}>
          {train.resumeRun}
        </button>
        <button type="button" disabled={active} onClick={() => discardTraining(id)}>
          {train.discard}
        </button>
      </p>
    </div>
  ));
}

/** Trained weights that are kept and not in use. */
export function WeightsAside(): ReactNode {
  const weights = useDesk(useShallow(otherWeights));
  if (weights.length === 0) return null;
  return (
    <div className={styles.aside}>
      <p>{train.aside}</p>
      <ul aria-label={train.asideList}>
        {weights.map(({ fingerprint, recipe, trained }) => {
          const when = trained && dateTime(trained.at);
          const name = when ?? train.unnamed(fingerprint);
          return (
            <li key={fingerprint} {...tip(recipe)}>
              {trained && Number.isFinite(trained.accuracy.value)
                ? train.asideAccuracy(name, trained.accuracy.value, trained.accuracy.n)
                : name}{' '}
              <Use fingerprint={fingerprint} label={train.use} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
