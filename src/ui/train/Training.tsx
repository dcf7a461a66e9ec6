// Training in the page: options, live curves, pause and stop, and how it went.
import { type ReactNode, Suspense } from 'react';
import { backToShipped } from '../../store/network/weights';
import { activeRun } from '../../store/search/selectors';
import { pauseTraining, showTrained, startTraining, stopTraining, trainsForOthers } from '../../store/train/training';
import { configName } from '../../words/config';
import { names } from '../../words/en/names';
import { train } from '../../words/en/train';
import { isZooNetwork } from '../../zoo/registry';
import chartStyles from '../parts/chart.module.css';
import { chunk } from '../parts/chunk';
import { classes } from '../parts/classes';
import { Panel } from '../parts/Panel';
import progressLineStyles from '../parts/progressLine.module.css';
import { chartLabel } from '../parts/scale';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './Training.module.css';
import { TrainingForm } from './TrainingForm';
import { Interrupted, TrainedElsewhere, TrainingOutcome, WeightsAside } from './TrainingOutcome';
import { trainingScales } from './trainingScales';

const TrainingChart = chunk(() => import('./TrainingChart'));

function Controls(): ReactNode {
  const active = useDesk((desk) => desk.trainingActive);
  const state = useDesk((desk) => desk.training?.state);
  const started = useDesk((desk) => desk.training !== null);
  const ready = useDesk((desk) => desk.network !== null);
  const origin = useDesk((desk) => desk.network?.checkpoint.origin);
  const shipped = useDesk((desk) => isZooNetwork(desk.networkId));
  return (
    <div className="buttons">
      {!active && (
        <button type="submit" className="primary" disabled={!ready}>
          {train.start}
        </button>
      )}
      {active && (
        <button
          type="button"
          disabled={!started || state === 'pausing'}
          onClick={() => pauseTraining(state !== 'paused')}
        >
          {state === 'paused' ? train.resume : state === 'pausing' ? train.pausing : train.pause}
        </button>
      )}
      {active && (
        <button type="button" onClick={stopTraining}>
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

/** How far a run is, in one line. */
export function TrainingProgress(): ReactNode {
  const training = useDesk((desk) => desk.training);
  const active = useDesk((desk) => desk.trainingActive);
  const distills = useDesk(({ run }) => run?.options.learnFrom === 'float');
  const search = useDesk(activeRun);
  if (!active) return null;
  if (search) return <p className={progressLineStyles.line}>{train.searchFirst(search.label)}</p>;
  if (training === null) return <p className={progressLineStyles.line}>{train.preparing}</p>;
  const { step, steps, imagesPerSecond, secondsLeft } = training;
  return (
    <p className={progressLineStyles.line}>
      <progress value={step} max={steps} aria-label={train.steps} />
      {train.step(training, distills)} · {train.speed(imagesPerSecond)} ·{' '}
      {step === steps ? train.comparing : train.left(secondsLeft)}
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

/** Region "Training". */
export default function Training(): ReactNode {
  const curve = useDesk((desk) => desk.curve);
  const steps = useDesk((desk) => desk.training?.steps ?? desk.outcome?.steps ?? 0);
  const scales = trainingScales(curve, steps);
  const checkpoint = useDesk((desk) => desk.network?.checkpoint);
  const note = checkpoint && <span {...tip(checkpoint.recipe)}>{train.weights[checkpoint.origin]}</span>;
  return (
    <Panel label={names.training} className={styles.training} note={note}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void startTraining();
        }}
      >
        <TrainingForm />
        <Controls />
      </form>
      <div className={styles.view}>
        <TrainingProgress />
        <TrainsFor />
        <TrainedElsewhere />
        <Interrupted />
        <TrainingOutcome />
        <figure
          className={classes(chartStyles.chart, styles.chart)}
          aria-label={
            curve.length > 0 ? chartLabel(train.curves, scales.steps, scales.loss, scales.accuracy) : train.curves
          }
        >
          {curve.length > 0 ? (
            <Suspense fallback={<p className="note">{train.curvesLoading}</p>}>
              <TrainingChart curve={curve} scales={scales} />
            </Suspense>
          ) : (
            <p className="empty">{train.curvesEmpty}</p>
          )}
        </figure>
        <WeightsAside />
      </div>
    </Panel>
  );
}
