// The status line: backend and speed, what is being measured, how well the estimate agrees, what runs; and the polite
// live region, which says less and more slowly than the eye can read.
import { type ReactNode, Suspense } from 'react';
import { AGREEMENT_NEEDED, estimatorHere, missing } from '../../store/measure/selectors';
import { activeRun } from '../../store/search/selectors';
import { gainOf } from '../../store/state/engines';
import { chooseLanguage, LANGUAGES, language } from '../../store/state/language';
import { setProjected } from '../../store/state/view';
import { said } from '../../words/en/declared';
import { names } from '../../words/en/names';
import { sharing } from '../../words/en/sharing';
import { status } from '../../words/en/status';
import { count, sizeInWords } from '../../words/numbers';
import { chunk } from '../parts/chunk';
import { tip } from '../parts/Tooltip';
import { useDesk, usePhone } from '../parts/useDesk';
import styles from './StatusLine.module.css';

const EnginesChoice = chunk(() => import('./EnginesChoice'));

/** What arrives, as far as it has: "Loading the weights: 120.0 of 290.1 KB". */
function Loading(): ReactNode {
  const loading = useDesk((desk) => desk.loading);
  if (loading === null) return null;
  const { phase, done, total, unit } = loading;
  const words = unit === 'bytes' ? sizeInWords : count;
  return (
    <span>
      {status.loading(said(phase), done > 0 ? words(done) : undefined, total === undefined ? undefined : words(total))}
    </span>
  );
}

function Engine(): ReactNode {
  const phase = useDesk((desk) => desk.phase);
  const backend = useDesk((desk) => desk.backend);
  const speed = useDesk((desk) => desk.imagesPerSecond);
  const lacks = useDesk(missing);
  const pool = useDesk((desk) => desk.pool);
  const race = useDesk((desk) => desk.engines.race);
  if (phase === 'failed') return <span>{status.stopped}</span>;
  if (backend === null)
    return (
      <>
        <span>{status.starting}</span>
        <Loading />
      </>
    );
  const passedOver = backend.passedOver.map(({ name, reason }) => `${name}: ${reason}`).join('\n');
  const states = pool?.members.map(({ state }) => state) ?? [];
  const workers = 1 + states.filter((state) => state !== 'given up').length;
  const doing = status.workersDoing(states);
  // Plain JavaScript is the last resort: many times slower, and nobody's wish.
  const noWasm = backend.name === 'cpu' && backend.passedOver.find(({ name }) => name === 'wasm');
  return (
    <>
      <span {...tip([passedOver, doing].filter(Boolean).join('\n'))}>
        <b>{backend.name}</b> {backend.device}
        {workers > 1 && ` · ${status.workers(workers, gainOf({ backend: backend.name, workers }, race))}`}
        {speed > 0 && ` · ${status.speed(speed)}`}
      </span>
      {pool?.shrunk !== undefined && (
        <span className={styles.warning}>
          {status.fewerWorkers(workers, pool.wanted, status.workerLost[pool.shrunk.why], pool.shrunk.detail)}
        </span>
      )}
      <Suspense>
        <EnginesChoice />
      </Suspense>
      {lacks !== null && <span className={styles.warning}>{status.nothing[lacks]}</span>}
      {noWasm && <span className={styles.warning}>{status.noWasm(noWasm.reason)}</span>}
      <Loading />
    </>
  );
}

function Measuring(): ReactNode {
  const measuring = useDesk((desk) => desk.measuring);
  const sensitivity = useDesk((desk) => desk.sensitivityProgress);
  return (
    <>
      {measuring && <span>{status.measuring(measuring.label, measuring.n, measuring.of)}</span>}
      {sensitivity && (
        <span>
          {sensitivity.of === 'codes'
            ? status.codes(sensitivity.done, sensitivity.total)
            : status.sensitivity(sensitivity.done, sensitivity.total)}
        </span>
      )}
    </>
  );
}

function Agreement(): ReactNode {
  const estimator = useDesk(estimatorHere);
  if (estimator === null) return <span>{status.noEstimates}</span>;
  const { agreement, error } = estimator;
  if (Number.isNaN(agreement)) return <span>{status.unchecked}</span>;
  return agreement < AGREEMENT_NEEDED ? (
    <span className={styles.warning}>{status.unreliable(agreement)}</span>
  ) : (
    <span {...tip(status.reliable(agreement))}>{status.error(error)}</span>
  );
}

function TrainingState(): ReactNode {
  const training = useDesk((desk) => desk.training);
  if (training === null) return null;
  return (
    <span>
      {status.training(
        training.state === 'paused',
        training.step,
        training.steps,
        training.imagesPerSecond,
        training.secondsLeft,
      )}
    </span>
  );
}

function SearchState(): ReactNode {
  const run = useDesk(activeRun);
  if (run === undefined) return null;
  return <span>{status.searching(run.label, status.used(run.used), status.searchState[run.state])}</span>;
}

/** What this computer measures for a search of whoever leads the room. */
function RoomState(): ReactNode {
  const helped = useDesk(({ room }) => (room?.crew.asked ? room.crew.helped : undefined));
  return helped !== undefined && <span>{status.roomMeasures(helped)}</span>;
}

function OtherLanguages(): ReactNode {
  return LANGUAGES.filter((one) => one !== language()).map((one) => (
    <button key={one} type="button" lang={one} onClick={() => chooseLanguage(one)}>
      {status.languages[one]}
    </button>
  ));
}

/** Region "Status". */
export function StatusLine(): ReactNode {
  const announcement = useDesk((desk) => desk.announcement);
  const phone = usePhone();
  const projected = useDesk((desk) => desk.projected) && !phone;
  return (
    <section aria-label={names.status} className={styles.status}>
      {projected ? (
        <button type="button" onClick={() => setProjected(false)}>
          {sharing.leaveProjector}
        </button>
      ) : (
        <>
          <div className={styles.says}>
            <Engine />
            <Measuring />
            <Agreement />
            <SearchState />
            <TrainingState />
            <RoomState />
          </div>
          <span className={styles.links}>
            <OtherLanguages />
            <a href="licenses.html">{status.licenses}</a>
          </span>
        </>
      )}
      <div role="status" aria-label={names.status} className="unseen">
        {announcement}
      </div>
    </section>
  );
}
