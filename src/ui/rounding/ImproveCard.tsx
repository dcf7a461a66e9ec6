// The card of "Improve rounding": the progress, then the accuracy before and after.
import { type ReactNode, useEffect, useLayoutEffect, useState } from 'react';
import { calibrationOf } from '../../quant/registry';
import {
  cancelImproving,
  improvedHere,
  improveRounding,
  leaveImproved,
  nextStep,
} from '../../store/rounding/improving';
import { desk } from '../../store/state/desk';
import type { Improved, Improving } from '../../store/state/improving';
import { configName } from '../../words/config';
import { improve } from '../../words/en/improve';
import { rounding } from '../../words/en/rounding';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './ImproveCard.module.css';

/** Seconds since `since`, counted every second. */
function useSeconds(since: number): number {
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, (now - since) / 1000);
}

function Progress({ improving: { phase, progress, since } }: { readonly improving: Improving }): ReactNode {
  const { images, synthesize = false } = useDesk((desk) => calibrationOf(desk.scheme));
  const seconds = useSeconds(since);
  const words =
    phase === 'before'
      ? rounding.measuring
      : progress === null
        ? rounding.looking(images, synthesize)
        : rounding[progress.of](progress.done, progress.total);
  return (
    <>
      <p aria-live="polite">{words}</p>
      <p className={styles.line}>
        <progress value={progress?.done} max={progress?.total ?? 1} aria-label={improve.label} />
        <span className="note">{rounding.seconds(seconds)}</span>
        <button type="button" onClick={cancelImproving}>
          {rounding.cancel}
        </button>
      </p>
    </>
  );
}

function Result({ improved }: { readonly improved: Improved }): ReactNode {
  const { after, policy, scheme, seconds, images, step } = improved;
  const { synthesize = false } = calibrationOf(scheme);
  const byChance = after !== null && after.difference.lower <= 0 && after.difference.upper >= 0;
  return (
    <>
      {after === null ? (
        <p>{rounding.waiting}</p>
      ) : (
        <>
          <p className={styles.change}>{rounding.change(after.before.value, after.after.value)}</p>
          <p>{rounding.difference(after.difference, after.after.n)}</p>
          {byChance && <p className="note">{rounding.chance}</p>}
        </>
      )}
      <p className="note">
        {rounding.of(configName(policy))} {rounding.how(images, seconds, synthesize, step === 'learn')}
      </p>
    </>
  );
}

/** What other widths still need. */
function Preparing(): ReactNode {
  const progress = useDesk((desk) => desk.sensitivityProgress);
  if (progress?.of !== 'codes') return null;
  return <p className="note">{rounding.preparing(progress.done, progress.total)}</p>;
}

/** What is opened by the button starts the improvement where there is one to make. */
export default function ImproveCard(): ReactNode {
  useLayoutEffect(() => {
    const now = desk.getState();
    if (now.improving === null && nextStep(now) === 'improve') void improveRounding('improve');
  }, []);
  const improving = useDesk((desk) => desk.improving);
  const improved = useDesk(improvedHere);
  const next = useDesk(nextStep);
  const loaded = useDesk((desk) => desk.network !== null);
  const { images, synthesize = false, rounding: how = 'nearest' } = useDesk((desk) => calibrationOf(desk.scheme));
  if (improving !== null) return <Progress improving={improving} />;
  return (
    <>
      {improved && <Result improved={improved} />}
      {!improved && how !== 'nearest' && <p>{rounding.already(images, synthesize, how === 'adaround')}</p>}
      {how === 'nearest' && next === undefined && <p>{loaded ? rounding.nothing : rounding.notLoaded}</p>}
      <Preparing />
      <p className={styles.line}>
        {how !== 'nearest' && (
          <button type="button" onClick={leaveImproved}>
            {rounding.back(improved?.step === 'learn')}
          </button>
        )}
        {next === 'improve' && (
          <button type="button" onClick={() => void improveRounding('improve')}>
            {improve.label}
          </button>
        )}
        {next === 'learn' && (
          <button type="button" onClick={() => void improveRounding('learn')} {...tip(rounding.learnTip)}>
            {rounding.learn}
          </button>
        )}
      </p>
    </>
  );
}
