// The result: accuracy with its interval and difference to float, and model size beside the budget. Numbers at the left, what
// they are worth at the right.
import { type ReactNode, useEffect } from 'react';
import { deviceResult } from '../../store/device/result';
import { budgetLeft } from '../../store/measure/budget';
import { compressionHere, costsOf } from '../../store/measure/costs';
import { floatNetwork, headline, isFloatNetwork, type Headline as Known, missing } from '../../store/measure/selectors';
import type { DeviceResult } from '../../store/state/board';
import { withCode } from '../../store/state/code';
import type { Desk } from '../../store/state/desk';
import { setBoardDialog } from '../../store/state/view';
import { device as deviceWords } from '../../words/en/device';
import { hero } from '../../words/en/hero';
import { names } from '../../words/en/names';
import { percent, sizeParts } from '../../words/numbers';
import { chunk } from '../parts/chunk';
import { classes } from '../parts/classes';
import { Later } from '../parts/Later';
import { Boundary } from '../parts/Panel';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { AccuracyGauge, SizeGauge } from './Gauges';
import styles from './Hero.module.css';
import { verdictOf } from './verdict';

const BoardMeters = chunk(() => import('./BoardMeters'));

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

/** What is said where a board's arithmetic is chosen; undefined where the page's is. */
function boardWords({ measuredAs, deviceProblem }: Desk, known: DeviceResult | null): [string, string] | undefined {
  if (measuredAs === 'page') return undefined;
  const name = deviceWords.as[measuredAs];
  if (known) {
    const { lower, upper, n } = known.accuracy;
    return [deviceWords.measuredAs(name), deviceWords.measured(lower, upper, n)];
  }
  return ['', deviceProblem === null ? deviceWords.pending(name) : deviceWords.failed(name, deviceProblem)];
}

function Accuracy(): ReactNode {
  const onDevice = useDesk(deviceResult);
  const isBoards = useDesk((desk) => desk.measuredAs !== 'page');
  useEffect(() => {
    if (!isBoards) return;
    withCode(
      () => import('../../store/device/watching'),
      ({ watchBoard }) => watchBoard(),
    );
  }, [isBoards]);
  const ofBoard = useDesk((desk) => boardWords(desk, deviceResult(desk))?.join('\n'))?.split('\n');
  const ofPage = useDesk(headline);
  const float = useDesk((desk) => floatNetwork(desk)?.accuracy.value);
  const lacks = useDesk(missing);
  const busy = useDesk(isBusy);
  const isFloat = useDesk(isFloatNetwork);
  const test = useDesk((desk) => desk.dataset?.test ?? 0);
  const leftOut = useDesk((desk) => desk.dataset?.leftOut ?? 0);
  const usual = wordsOf(ofPage, { lacks, busy, isFloat });
  const verdict = ofBoard ? [ofBoard[0] || usual.verdict[0], ofBoard[1]] : usual.verdict;
  const heard = ofBoard ? verdict.join(', ') : usual.heard;
  const interval = onDevice?.accuracy ?? intervalOf(ofPage);
  const value = interval ? percent(interval.value) : '–';
  const estimated = onDevice === null && ofPage.source === 'estimated';
  return (
    <>
      <output
        aria-label={names.accuracy}
        aria-live="off"
        className={classes(styles.accuracy, estimated && styles.estimated, value.length > 4 && styles.long)}
      >
        {estimated && <span className={styles.tilde}>~</span>}
        <span className={styles.digits}>{value}</span>
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
        <button type="button" className={styles.board} onClick={() => setBoardDialog(true)}>
          {deviceWords.choose}
        </button>
      </div>
    </>
  );
}

/** Region "Result": of one height, whatever it says. */
export function Hero(): ReactNode {
  const hasBoard = useDesk((desk) => desk.board !== null || desk.costTable !== null);
  return (
    <section aria-label={names.result} className={styles.hero}>
      <Boundary name={names.result}>
        <Accuracy />
        {hasBoard ? (
          <Later name={deviceWords.title}>
            <BoardMeters />
          </Later>
        ) : (
          <Size />
        )}
      </Boundary>
    </section>
  );
}
