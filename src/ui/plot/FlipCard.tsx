// An image in the list of what changed, as a card: what is seen in it before and after, and which layers did it.
import type { ReactNode } from 'react';
import type { LabeledImage } from '../../engine/protocol/measuring';
import { changes } from '../../words/en/changes';
import { classes } from '../parts/classes';
import { useMainCulprits } from '../parts/culprits';
import { Picture } from '../parts/Picture';
import styles from './FlipCard.module.css';
import type { Flip } from './flips';

/** An image to show: what is said of it in words, and the names of the classes seen in it before and now. */
export interface ShownImage {
  readonly index: number;
  readonly words: string;
  /** Undefined before it is measured; the same name twice where it did not flip. */
  readonly seen?: readonly [before: string, now: string];
  readonly flip?: Flip;
}

interface FlipCardProps extends ShownImage {
  readonly picture: LabeledImage | undefined;
  readonly chosen: boolean;
  onHover(index: number | null): void;
  onChoose(index: number): void;
}

/** The layers that flipped an image, in a line that keeps its height while they are found. */
function Who({ image }: { readonly image: number }): ReactNode {
  return <span>{useMainCulprits(image) || '\u00a0'}</span>;
}

/** A button that chooses the image; the hover shows its words. */
export function FlipCard({ index, picture, words, seen, flip, chosen, onHover, onChoose }: FlipCardProps): ReactNode {
  return (
    <li>
      <button
        type="button"
        className={classes(styles.card, flip?.kind === 'lost' && styles.lost)}
        aria-pressed={chosen}
        data-tip={words}
        onMouseEnter={() => onHover(index)}
        onMouseLeave={() => onHover(null)}
        onFocus={() => onHover(index)}
        onClick={() => onChoose(index)}
      >
        {picture ? (
          <Picture image={picture} name={words} />
        ) : (
          <span className={styles.noPicture} role="img" aria-label={words} />
        )}
        <span className={styles.lines}>
          {flip && seen ? (
            <>
              <span aria-hidden="true">{changes.before(seen[0])}</span>
              <b aria-hidden="true">{changes.after(seen[1], flip.now === flip.label)}</b>
              <Who image={index} />
            </>
          ) : (
            seen && (
              <>
                <span aria-hidden="true">{seen[1]}</span>
                <span aria-hidden="true">{changes.same}</span>
              </>
            )
          )}
        </span>
      </button>
    </li>
  );
}
