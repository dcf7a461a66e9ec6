// A card beside the button that opens it; Escape and a press elsewhere close it.
import type { ReactNode } from 'react';
import type { useAnchored } from './anchor';
import anchoredStyles from './anchored.module.css';
import { classes } from './classes';
import { Later } from './Later';

interface CardProps extends Pick<ReturnType<typeof useAnchored<HTMLElement>>, 'popover' | 'open' | 'toggles'> {
  /** The button's `popoverTarget`. */
  readonly id: string;
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
}

/** Its content, whose code may come later, is drawn while it is open. */
export function Card({ id, label, className, popover, open, toggles, children }: CardProps): ReactNode {
  return (
    <section
      ref={popover}
      id={id}
      popover="auto"
      className={classes(anchoredStyles.anchored, className)}
      aria-label={label}
      {...toggles}
    >
      {open && <Later name={label}>{children}</Later>}
    </section>
  );
}
