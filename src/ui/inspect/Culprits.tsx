// Which layers flipped an image: a bar for each one that moves the prediction back when it alone is in float.
import { type ReactNode, useEffect, useRef } from 'react';
import { attributable, attributionOf } from '../../store/inspect/attribution';
import { inspectLayer } from '../../store/policy/selection';
import { announce } from '../../store/state/announce';
import { why } from '../../words/en/why';
import { culpritsOf, useMainCulprits } from '../parts/culprits';
import { useDesk } from '../parts/useDesk';
import styles from './Culprits.module.css';

/** Says which layers did it once that is known of an image, to somebody who is in the panel. */
function useSaid(image: number) {
  const section = useRef<HTMLElement>(null);
  const main = useMainCulprits(image);
  const last = useRef(-1);
  useEffect(() => {
    const inPanel = section.current?.closest('[role=tabpanel]')?.contains(document.activeElement);
    if (main === '' || last.current === image || !inPanel) return;
    last.current = image;
    announce(why.found(main), true);
  }, [image, main]);
  return section;
}

/** The layers' parts in the prediction of one flipped image. A bar inspects its layer. */
export function Culprits({ image }: { readonly image: number }): ReactNode {
  const attribution = useDesk((state) => attributionOf(state, image));
  const measured = useDesk((state) => attributable(state) !== null);
  const problem = useDesk((state) =>
    state.attributionProblem?.of === attributable(state) ? state.attributionProblem?.message : undefined,
  );
  const section = useSaid(image);
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
    <section ref={section} className={styles.culprits} aria-label={why.title}>
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
