// The two numbers that matter: accuracy with its source, interval and difference to float, and memory of the packed file.
import type { ReactNode } from 'react';
import { compressionHere, costsOf } from '../../store/measure/costs';
import { headline, isFloatNetwork, type Headline as Known, missing } from '../../store/measure/selectors';
import type { Desk } from '../../store/state/desk';
import { hero } from '../../words/en/hero';
import { names } from '../../words/en/names';
import { percent, plusMinus, sizeParts } from '../../words/numbers';
import { classes } from '../parts/classes';
import { Boundary } from '../parts/Panel';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import styles from './Headline.module.css';

function sourceInWords(known: Known, busy: boolean, lacks: ReturnType<typeof missing>): string {
  if (lacks !== null) return lacks === 'images' ? hero.noImages : hero.noWeights;
  if (known.source === 'measured') return hero.measured(known.accuracy.n);
  if (known.source === 'shipped') return hero.precomputed(known.accuracy.n);
  if (known.source === 'estimated') return hero.estimated;
  return busy ? hero.measuring : hero.unmeasured;
}

/** Whether a network that was just chosen is on its way; large ones take seconds. */
const isOpening = ({ phase, network }: Desk) => phase === 'ready' && network === null;

/** Accuracy in its three lines: where the number is from, the number, what it is worth. */
export function Accuracy({ brief = false }: { readonly brief?: boolean }): ReactNode {
  const known = useDesk(headline);
  const isFloat = useDesk(isFloatNetwork);
  const busy = useDesk(
    (desk) => desk.phase === 'starting' || desk.phase === 'loading' || desk.measuring !== null || isOpening(desk),
  );
  const lacks = useDesk(missing);
  const source = sourceInWords(known, busy, lacks);
  const value =
    known.source === 'none' ? '–' : percent(known.source === 'estimated' ? known.value : known.accuracy.value);
  return (
    <div className={styles.figure}>
      <span className="note">{hero.accuracy(source)}</span>
      <output
        aria-label={names.accuracy}
        aria-live="off"
        className={classes(styles.big, known.source === 'estimated' && styles.estimated)}
      >
        {known.source === 'estimated' && <span className={styles.tilde}>~</span>}
        <span className={styles.digits}>{value}</span>
        <small> %</small>
        {'accuracy' in known && <small> {plusMinus(known.accuracy)}</small>}
        {known.source === 'estimated' && Number.isFinite(known.error) && <small> ±{percent(known.error)}</small>}
        <span className="unseen">
          {' '}
          {known.source === 'measured' && lacks === null ? hero.measuredAloud(known.accuracy.n) : source}
          {known.source === 'estimated' && `, ${hero.typicalError(known.error)}`}
        </span>
      </output>
      {!brief && (
        <span className={classes('note', styles.twoLines)}>
          {known.source === 'measured' &&
            hero.difference(known.against.reference, isFloat, { ...known.against.difference, n: known.accuracy.n })}
          {known.source === 'estimated' && hero.typicalError(known.error)}
        </span>
      )}
    </div>
  );
}

/** Memory of the packed file: exact, because it is computed. */
export function Memory({ brief = false }: { readonly brief?: boolean }): ReactNode {
  const costs = useDesk((desk) => costsOf(desk.architecture, desk.policy, desk.scheme));
  const compression = useDesk((desk) => compressionHere(desk.architecture, desk.policy, desk.scheme));
  const [digits, unit] = sizeParts(costs.memory);
  return (
    <div className={styles.figure}>
      <span className="note">{hero.modelSize}</span>
      <output aria-label={names.modelSize} aria-live="off" className={styles.big} {...tip(hero.bytes(costs.memory))}>
        <span className={styles.digits}>{digits}</span>
        <small> {unit}</small>
      </output>
      {!brief && (
        <span className={classes('note', styles.twoLines)}>{hero.compression(compression, costs.averageBits)}</span>
      )}
    </div>
  );
}

/** The card with both numbers. */
export function Headline(): ReactNode {
  return (
    <section aria-label={names.result} className={styles.headline}>
      <Boundary name={names.result}>
        <Accuracy />
        <Memory />
      </Boundary>
    </section>
  );
}
