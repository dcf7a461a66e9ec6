// The result: accuracy with its interval and difference to float, and model size beside the budget. Numbers at the left, what
// they are worth at the right.
import type { ReactNode } from 'react';
import { budgetLeft } from '../../store/measure/budget';
import { compressionHere, costsOf } from '../../store/measure/costs';
import { floatNetwork, headline, isFloatNetwork, type Headline as Known, missing } from '../../store/measure/selectors';
import type { Desk } from '../../store/state/desk';
import { hero } from '../../words/en/hero';
import { names } from '../../words/en/names';
import { percent, sizeParts } from '../../words/numbers';
import { classes } from '../parts/classes';
import { Boundary } from '../parts/Panel';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { AccuracyGauge, SizeGauge } from './Gauges';
import styles from './Hero.module.css';
import { verdictOf } from './verdict';

/** Whether an accuracy is on its way; large networks take seconds to open. */
const isBusy = ({ phase, measuring, network }: Desk) =>
  phase === 'starting' || phase === 'loading' || measuring !== null || (phase === 'ready' && network === null);

function wordsOf(known: Known, desk: { lacks: ReturnType<typeof missing>; busy: boolean; isFloat: boolean }) {
  const { lacks, busy, isFloat } = desk;
  if (lacks !== null) {
    const nothing = lacks === 'images' ? hero.noImages : hero.noWeights;
    return { verdict: [nothing, ''], heard: nothing };
  }
  if (known.source === 'measured')
    return { verdict: verdictOf(known.against, isFloat, known.accuracy.n), heard: hero.measured(known.accuracy) };
  if (known.source === 'shipped')
    return {
      verdict: [hero.precomputedTitle, hero.precomputedOn(known.accuracy.n)],
      heard: hero.precomputed(known.accuracy),
    };
  const state = busy ? hero.measuring : hero.unmeasured;
  if (known.source === 'none') return { verdict: [state, ''], heard: state };
  const error = Number.isNaN(known.error) ? hero.estimateUnknown : hero.estimateError(known.error);
  return { verdict: [hero.estimated, error], heard: `${hero.estimated}, ${error}` };
}

/** Value and interval of an accuracy from any source; undefined without one. */
function intervalOf(known: Known) {
  if (known.source === 'none') return undefined;
  if (known.source !== 'estimated') return known.accuracy;
  const error = Number.isFinite(known.error) ? known.error : 0;
  return { value: known.value, lower: Math.max(0, known.value - error), upper: Math.min(1, known.value + error) };
}

function Accuracy(): ReactNode {
  const known = useDesk(headline);
  const float = useDesk((desk) => floatNetwork(desk)?.accuracy.value);
  const lacks = useDesk(missing);
  const busy = useDesk(isBusy);
  const isFloat = useDesk(isFloatNetwork);
  const test = useDesk((desk) => desk.dataset?.test ?? 0);
  const leftOut = useDesk((desk) => desk.dataset?.leftOut ?? 0);
  const { verdict, heard } = wordsOf(known, { lacks, busy, isFloat });
  const interval = intervalOf(known);
  const estimated = known.source === 'estimated';
  return (
    <>
      <output
        aria-label={names.accuracy}
        aria-live="off"
        className={classes(styles.accuracy, estimated && styles.estimated)}
      >
        {estimated && <span className={styles.tilde}>~</span>}
        <span className={styles.digits}>{interval ? percent(interval.value) : '–'}</span>
        <small> {hero.percent}</small>
        <span className="unseen"> {heard}</span>
      </output>
      <div className={styles.worth}>
        <p className={styles.verdict}>{verdict[0]}</p>
        {interval && <AccuracyGauge {...interval} float={float} estimated={estimated} />}
        <p className="note" {...tip(leftOut > 0 && hero.fewerImages(test, test + leftOut))}>
          {verdict[1]}
        </p>
      </div>
    </>
  );
}

/** Exact, because it is computed. */
function Size(): ReactNode {
  const costs = useDesk((desk) => costsOf(desk.architecture, desk.policy, desk.scheme));
  const times = useDesk((desk) => compressionHere(desk.architecture, desk.policy, desk.scheme));
  const budget = useDesk((desk) => desk.budget?.bytes);
  const left = useDesk(budgetLeft);
  const [digits, unit] = sizeParts(costs.memory);
  return (
    <>
      <output aria-label={names.modelSize} aria-live="off" className={styles.size} {...tip(hero.bytes(costs.memory))}>
        <span className={styles.digits}>{digits}</span>
        <small> {unit}</small>
      </output>
      <div className={styles.worth}>
        <SizeGauge bytes={costs.memory} budget={budget} float={costs.memory * times} />
        {budget !== undefined && left !== null && (
          <p className={classes(styles.budget, left < 0 && styles.over)}>
            {left < 0 ? hero.over(budget, -left) : hero.fits(budget, left)}
          </p>
        )}
        <p className="note">{hero.smaller(times)}</p>
        {budget === undefined && <p className="note">{hero.averageBits(costs.averageBits)}</p>}
      </div>
    </>
  );
}

/** Region "Result": of one height, whatever it says. */
export function Hero(): ReactNode {
  return (
    <section aria-label={names.result} className={styles.hero}>
      <Boundary name={names.result}>
        <Accuracy />
        <Size />
      </Boundary>
    </section>
  );
}
