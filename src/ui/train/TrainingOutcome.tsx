// What became of training, training that was cut off, and the other weights that are kept: each with its buttons.
import type { ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { networkLabel } from '../../store/network/own';
import { otherWeights, useWeights } from '../../store/network/weights';
import { isBad, outcomeText, outcomeTitle } from '../../store/state/outcomeWords';
import { discardTraining } from '../../store/train/interrupted';
import { isTrainedElsewhere } from '../../store/train/tabs';
import { goOnTraining } from '../../store/train/training';
import { count, percent } from '../../words/numbers';
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
    <div className={classes(styles.outcome, isBad(outcome) && styles.bad)} role={isBad(outcome) ? 'alert' : undefined}>
      <p>
        <b>{outcomeTitle(outcome)}</b>: {outcomeText(outcome)}
        {outcome.elsewhere && ' Another tab has trained this network meanwhile; its weights are kept, see below.'}
      </p>
      {trained !== undefined && inUse === former && (
        <p>
          The old weights are in use. <Use fingerprint={trained} label="Use the trained weights" />
        </p>
      )}
      {trained !== undefined && inUse === trained && (
        <p>
          The trained weights are in use. <Use fingerprint={former} label="Back to the old weights" />
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
      Another tab is training this network, too. Both results are kept: the next visit opens the one that ends later,
      the other is listed below.
    </p>
  );
}

/** Runs that were cut off. */
export function Interrupted(): ReactNode {
  const runs = useDesk((desk) => desk.interrupted);
  const active = useDesk((desk) => desk.trainingActive);
  return runs.map(({ id, networkId, step, steps, by }) => (
    <div key={id} className={styles.outcome} role="status">
      <p>
        Training of {networkLabel(networkId)} was at step {count(step)} of {count(steps)} when the{' '}
        {by === 'page' ? 'page closed' : 'engine stopped'}. It can go on from there to the same result.
      </p>
      <p className="buttons">
        <button type="button" className="primary" disabled={active} onClick={() => void goOnTraining(id)}>
          Resume training
        </button>
        <button type="button" disabled={active} onClick={() => discardTraining(id)}>
          Discard
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
      <p>Trained before and kept in this browser (the latest three that are not in use):</p>
      <ul aria-label="Weights kept">
        {weights.map(({ fingerprint, recipe, trained }) => {
          const when = trained && new Date(trained.at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
          const name = when ?? `weights ${fingerprint}`;
          return (
            <li key={fingerprint} {...tip(recipe)}>
              {name}
              {trained && Number.isFinite(trained.accuracy.value)
                ? `: ${percent(trained.accuracy.value)} % of ${count(trained.accuracy.n)} validation images `
                : ' '}
              <Use fingerprint={fingerprint} label="Use" />
            </li>
          );
        })}
      </ul>
    </div>
  );
}
