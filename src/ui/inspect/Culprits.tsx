// Which layers flipped an image: a bar for each one that moves the prediction back when it alone is in float.
import type { ReactNode } from 'react';
import { attributable, attributionOf } from '../../store/inspect/attribution';
import { inspectLayer } from '../../store/policy/selection';
import { why } from '../../words/en/why';
import { culpritsOf } from '../parts/culprits';
import { useDesk } from '../parts/useDesk';
import styles from './Culprits.module.css';

/** The layers' parts in the prediction of one flipped image. A bar inspects its layer. */
export function Culprits({ image }: { readonly image: number }): ReactNode {
  const attribution = useDesk((state) => attributionOf(state, image));
  const measured = useDesk((state) => attributable(state) !== null);
  const problem = useDesk((state) =>
    state.attributionProblem?.of === attributable(state) ? state.attributionProblem?.message : undefined,
  );
  const culprits = attribution ? culpritsOf(attribution) : [];
  const status = problem
    ? why.failed(problem)
    : attribution === undefined
      ? measured
        ? why.looking
        : why.waiting
      : culprits.length === 0
        ? why.none
        : why.explanation;
  return (
    <section className={styles.culprits} aria-label={why.title}>
      <h3>{why.title}</h3>
      <p className="note">{status}</p>
      <ol>
        {culprits.map(({ layers, restored, alone }) => {
          const name = layers.length === 1 ? layers[0] : why.skippedBranch(layers);
          return (
            <li key={name}>
              <button type="button" aria-label={why.bar(name, restored, alone)} onClick={() => inspectLayer(layers[0])}>
                <span className={styles.name}>{name}</span>
                <span className={styles.rail}>
                  <span style={{ inlineSize: `${(100 * restored) / culprits[0].restored}%` }} />
                </span>
                <span className={styles.amount}>{alone ? why.alone : why.moved(restored)}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
