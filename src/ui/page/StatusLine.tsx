// The status line: backend and speed, what is being measured, how well the estimate agrees, what runs; and the polite
// live region, which says less and more slowly than the eye can read.
import type { ReactNode } from 'react';
import { AGREEMENT_NEEDED, estimatorHere, missing } from '../../store/measure/selectors';
import { activeRun } from '../../store/search/selectors';
import { units } from '../../words/en/units';
import { count, percent, sizeInWords } from '../../words/numbers';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { usedWords } from '../search/runWords';
import styles from './StatusLine.module.css';

/** What arrives, as far as it has: "Loading the weights: 120.0 of 290.1 KB". */
function Loading(): ReactNode {
  const loading = useDesk((desk) => desk.loading);
  if (loading === null) return null;
  const { phase, done, total, unit } = loading;
  const words = unit === 'bytes' ? sizeInWords : count;
  return (
    <span>
      {phase}
      {done > 0 && `: ${words(done)}${total === undefined ? '' : ` of ${words(total)}`}`}
    </span>
  );
}

function Engine(): ReactNode {
  const phase = useDesk((desk) => desk.phase);
  const backend = useDesk((desk) => desk.backend);
  const speed = useDesk((desk) => desk.imagesPerSecond);
  const lacks = useDesk(missing);
  if (phase === 'failed') return <span>engine stopped</span>;
  if (backend === null)
    return (
      <>
        <span>starting the engine…</span>
        <Loading />
      </>
    );
  const passedOver = backend.passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('\n');
  // Plain JavaScript is the last resort: many times slower, and nobody's wish.
  const noWasm = backend.name === 'cpu' && backend.passedOver.find(({ name }) => name === 'wasm');
  return (
    <>
      <span {...tip(passedOver)}>
        <b>{backend.name}</b> {backend.device}
        {speed > 0 && ` · ${count(speed)} images/s`}
      </span>
      {lacks !== null && <span className={styles.warning}>no {lacks}: nothing is measured</span>}
      {noWasm && <span className={styles.warning}>slow, because WebAssembly could not be used: {noWasm.reason}</span>}
      <Loading />
    </>
  );
}

function Measuring(): ReactNode {
  const measuring = useDesk((desk) => desk.measuring);
  const sensitivity = useDesk((desk) => desk.sensitivityProgress);
  return (
    <>
      {measuring && (
        <span>
          measuring {measuring.label}: {count(measuring.n)} → {count(measuring.of)} images
        </span>
      )}
      {sensitivity && (
        <span>
          {sensitivity.of === 'codes' ? 'codes' : 'sensitivity'} {count(sensitivity.done)} of {sensitivity.total || '…'}
        </span>
      )}
    </>
  );
}

function Agreement(): ReactNode {
  const estimator = useDesk(estimatorHere);
  if (estimator === null) return <span>no estimate yet</span>;
  const { agreement, error } = estimator;
  if (Number.isNaN(agreement)) return <span>~ estimate not compared yet: too few measured policies</span>;
  const rho = `ρ ${agreement.toFixed(2)}`;
  return agreement < AGREEMENT_NEEDED ? (
    <span className={styles.warning}>estimate hidden: it agrees too little with measurement ({rho})</span>
  ) : (
    <span {...tip(`The estimate ranks policies as measurement does: ${rho}`)}>
      ~ two of three estimates are within {percent(error)} points
    </span>
  );
}

function TrainingState(): ReactNode {
  const training = useDesk((desk) => desk.training);
  if (training === null) return null;
  return (
    <span className={styles.end}>
      training {training.state === 'paused' ? 'paused at' : ''} {count(training.step)} of {count(training.steps)} ·{' '}
      {count(training.imagesPerSecond)} images/s · {units.duration(training.secondsLeft)} left
    </span>
  );
}

function SearchState(): ReactNode {
  const run = useDesk(activeRun);
  if (run === undefined) return null;
  return (
    <span className={styles.end}>
      {run.label} search {usedWords(run)} · {run.state}
    </span>
  );
}

/** Region "Status". */
export function StatusLine(): ReactNode {
  const announcement = useDesk((desk) => desk.announcement);
  return (
    <section aria-label="Status" className={styles.status}>
      <Engine />
      <Measuring />
      <Agreement />
      <SearchState />
      <TrainingState />
      <a href="licenses.html">Licenses</a>
      <div role="status" aria-label="Status" className="unseen">
        {announcement}
      </div>
    </section>
  );
}
