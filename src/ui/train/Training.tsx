// Training in the page: options, live curves, pause and stop, and how it went.
import type { ReactNode } from 'react';
import { backToShipped } from '../../store/network/weights';
import { activeRun } from '../../store/search/selectors';
import { pauseTraining, showTrained, startTraining, stopTraining, trainsForOthers } from '../../store/train/training';
import { configName } from '../../words/config';
import { names } from '../../words/en/names';
import { train } from '../../words/en/train';
import { isZooNetwork } from '../../zoo/registry';
import { chunk } from '../parts/chunk';
import { Later } from '../parts/Later';
import { Panel } from '../parts/Panel';
import progressLineStyles from '../parts/progressLine.module.css';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './Training.module.css';
import { TrainingForm } from './TrainingForm';
import { Interrupted, TrainedElsewhere, TrainingOutcome, WeightsAside } from './TrainingOutcome';

const TrainingChart = chunk(() => import('./TrainingChart'));

function Controls(): ReactNode {
  const active = useDesk((desk) => desk.trainingActive);
  const state = useDesk((desk) => desk.training?.state);
  const started = useDesk((desk) => desk.training !== null);
  const ready = useDesk((desk) => desk.network !== null);
  const origin = useDesk((desk) => desk.network?.checkpoint.origin);
  const shipped = useDesk((desk) => isZooNetwork(desk.networkId));
  const waits = active && (!started || state === 'pausing');
  return (
    <div className="buttons">
      {/* One button throughout, so that the focus stays on it. */}
      <button
        type={active ? 'button' : 'submit'}
        className="primary"
        disabled={!ready}
        aria-disabled={waits}
        onClick={active && !waits ? () => pauseTraining(state !== 'paused') : undefined}
      >
        {!active ? train.start : state === 'paused' ? train.resume : state === 'pausing' ? train.pausing : train.pause}
      </button>
      {active && (
        <button
          type="button"
          onClick={({ currentTarget }) => {
            stopTraining();
            (currentTarget.previousElementSibling as HTMLElement).focus();
          }}
        >
          {train.stop}
        </button>
      )}
      {!active && origin === 'trained' && (
        <button type="button" onClick={() => void backToShipped()}>
          {shipped ? train.restorePretrained : train.restoreFile}
        </button>
      )}
    </div>
  );
}

/** How far a run is. */
function TrainingProgress(): ReactNode {
  const training = useDesk((desk) => desk.training);
  const active = useDesk((desk) => desk.trainingActive);
  const options = useDesk(({ run }) => run?.options);
  const search = useDesk(activeRun);
  if (!active) return null;
  if (search) return <p className={progressLineStyles.line}>{train.searchFirst(search.label)}</p>;
  if (training === null) return <p className={progressLineStyles.line}>{train.preparing}</p>;
  const { step, steps, epoch, imagesPerSecond, secondsLeft, composed } = training;
  return (
    <p className={styles.progress}>
      <b>{options && train.epoch(epoch, options.epochs)}</b>
      <b>{step === steps ? train.comparing : train.left(secondsLeft)}</b>
      <progress value={step} max={steps} aria-label={train.steps} />
      <span className="note">
        {train.step(training, options?.learnFrom === 'float')} · {train.speed(imagesPerSecond)}
      </span>
      {composed !== undefined && <span className="note">{train.composed(composed)}</span>}
    </p>
  );
}

/** What the run under way is for, where that is not what the faders say, or where it is not kept. */
function TrainsFor(): ReactNode {
  const run = useDesk((desk) => desk.run);
  const notKept = useDesk((desk) => desk.trainingNotKept);
  const moved = useDesk(trainsForOthers);
  if (run === null) return null;
  const { policy } = run.options;
  return (
    <>
      {moved && policy && (
        <p className="note" role="status">
          {train.moved(configName(policy))}{' '}
          <button type="button" onClick={showTrained}>
            {train.showTrained}
          </button>
        </p>
      )}
      {notKept !== null && <p className="note">{train.notResumable(notKept)}</p>}
    </>
  );
}

/** Region "Training": the form while nothing trains, how far it is on top while something does. */
export default function Training(): ReactNode {
  const active = useDesk((desk) => desk.trainingActive);
  const curve = useDesk((desk) => desk.curve);
  const steps = useDesk((desk) => desk.training?.steps ?? desk.outcome?.steps ?? 0);
  const checkpoint = useDesk((desk) => desk.network?.checkpoint);
  const note = checkpoint && <span {...tip(checkpoint.recipe)}>{train.weights[checkpoint.origin]}</span>;
  return (
    <Panel label={names.training} note={note}>
      <form
        className={styles.training}
        onSubmit={(event) => {
          event.preventDefault();
          void startTraining();
        }}
      >
        {!active && <TrainingForm />}
        <TrainingProgress />
        <Controls />
      </form>
      <TrainsFor />
      <TrainedElsewhere />
      <Interrupted />
      <TrainingOutcome />
      {curve.length > 0 ? (
        <div className={styles.curves}>
          <Later name={train.curves.name} loading={train.curves.loading}>
            <TrainingChart curve={curve} steps={steps} />
          </Later>
        </div>
      ) : (
        <p className="empty">{train.curvesEmpty}</p>
      )}
      <WeightsAside />
      {active && (
        <details>
          <summary>{train.options}</summary>
          <TrainingForm />
        </details>
      )}
    </Panel>
  );
}
