// A dialog over the page: its name, tools beside it, and a button that closes it.
import { type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react';
import { parts } from '../../words/en/parts';
import { classes } from './classes';
import styles from './Dialog.module.css';
import panelStyles from './Panel.module.css';

interface DialogProps {
  readonly title: string;
  readonly shown: boolean;
  /** Follows every closing: by the button, by Escape, or because it is not `shown` any more. */
  readonly onClose: () => void;
  readonly tools?: ReactNode;
  /** What it is at; the title takes the focus at each, because what had it goes with its step. */
  readonly step?: string | undefined;
  readonly children: ReactNode;
}

/** Stays in the page while it is not shown, without a name, so that nothing hidden answers to it. */
export function Dialog({ title, shown, onClose, tools, step, children }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const id = useId();
  // Before the effects of what is in it: a field can be selected only once it is shown.
  useLayoutEffect(() => {
    if (shown && !dialog.current?.open) dialog.current?.showModal();
    if (!shown) dialog.current?.close();
  }, [shown]);
  useEffect(() => {
    if (step !== undefined) heading.current?.focus();
  }, [step]);
  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={shown ? id : undefined} onClose={onClose}>
      <div className={panelStyles.head}>
        <h2 id={id} ref={heading} {...(step !== undefined && { tabIndex: -1 })}>
          {title}
        </h2>
        <div className={classes(panelStyles.tools, styles.tools)}>
          {tools}
          <button type="button" onClick={() => dialog.current?.close()}>
            {parts.close}
          </button>
        </div>
      </div>
      {children}
    </dialog>
  );
}
