// Training in the page: options, live curves, pause and stop, and how it went.
import { lazy, type ReactNode, Suspense } from 'react';
import { activeRun } from '../../store/searchSelectors';
import { backToShipped, pauseTraining, startTraining, stopTraining } from '../../store/training';
import { isZooNetwork } from '../../zoo/registry';
import { Panel } from '../controls/Panel';
import { count, duration, percent, plusMinus } from '../numbers';
import { useDesk } from '../useDesk';
import { TrainingForm } from './TrainingForm';

const TrainingChart = lazy(() => import('../charts/TrainingChart'));

function Controls(): ReactNode {
  const active = useDesk((desk) => desk.trainingActive);
  const paused = useDesk((desk) => desk.training?.state === 'paused');
  const started = useDesk((desk) => desk.training !== null);
  const ready = useDesk((desk) => desk.network !== null);
  const origin = useDesk((desk) => desk.network?.checkpoint.origin);
  const shipped = useDesk((desk) => isZooNetwork(desk.networkId));
  return (
    <div className="buttons">
      {!active && (
        <button type="submit" className="primary" disabled={!ready}>
          Start training
        </button>
      )}
      {active && (
        <button type="button" disabled={!started} onClick={() => pauseTraining(!paused)}>
          {paused ? 'Resume' : 'Pause'}
        </button>
      )}
      {active && (
        <button type="button" onClick={stopTraining}>
          Stop
        </button>
      )}
      {!active && origin === 'trained' && (
        <button type="button" onClick={() => void backToShipped()}>
          {shipped ? 'Back to shipped weights' : "Back to the file's weights"}
        </button>
      )}
    </div>
  );
}

/** How far a run is, in one line. */
export function TrainingProgress(): ReactNode {
  const training = useDesk((desk) => desk.training);
  const active = useDesk((desk) => desk.trainingActive);
  const distills = useDesk(
    ({ trainingOptions }) => trainingOptions.quantizationAware && trainingOptions.learnFrom === 'float',
  );
  const search = useDesk(activeRun);
  if (!active) return null;
  if (search) return <p className="progress-line">{search.label} searches, which goes first; pause it to train now.</p>;
  if (training === null) return <p className="progress-line">Preparing…</p>;
  const { step, steps, epoch, loss, accuracy, imagesPerSecond, secondsLeft, state } = training;
  return (
    <p className="progress-line">
      <progress value={step} max={steps} aria-label="Training steps" />
      {state === 'paused' ? 'paused, ' : ''}epoch {epoch}, step {count(step)} of {count(steps)} · loss {loss.toFixed(3)}{' '}
      · {distills ? 'agreement' : 'accuracy'} {percent(accuracy)} % · {count(imagesPerSecond)} images/s ·{' '}
      {duration(secondsLeft)} left
    </p>
  );
}

function Outcome(): ReactNode {
  const outcome = useDesk((desk) => desk.outcome);
  if (outcome === null) return null;
  const { reason, message, steps, validation } = outcome;
  return (
    <div className={`outcome ${reason}`} role={reason === 'diverged' ? 'alert' : undefined}>
      <b>{{ finished: 'Finished', stopped: 'Stopped', diverged: 'Diverged' }[reason]}</b> after {count(steps)} steps
      {Number.isFinite(validation.value) &&
        `: ${percent(validation.value)} % ${plusMinus(validation)} on ${count(validation.n)} validation images`}
      . {message}
    </div>
  );
}

/** Region "Training". */
export function Training(): ReactNode {
  const curve = useDesk((desk) => desk.curve);
  const steps = useDesk((desk) => desk.training?.steps ?? desk.outcome?.steps ?? 0);
  const checkpoint = useDesk((desk) => desk.network?.checkpoint);
  const note =
    checkpoint &&
    `weights in use: ${checkpoint.origin === 'initial' ? 'random, not trained yet' : checkpoint.recipe || checkpoint.origin}`;
  return (
    <Panel label="Training" className="training" note={note}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void startTraining();
        }}
      >
        <TrainingForm />
        <Controls />
      </form>
      <div className="training-view">
        <TrainingProgress />
        <Outcome />
        <figure className="chart" aria-label="Training curves: loss and accuracy over steps">
          {curve.length > 0 ? (
            <Suspense fallback={<p className="note">The curves are on their way…</p>}>
              <TrainingChart curve={curve} steps={steps} />
            </Suspense>
          ) : (
            <p className="empty">Loss and accuracy are drawn here while a network trains.</p>
          )}
        </figure>
      </div>
    </Panel>
  );
}
