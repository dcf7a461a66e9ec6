// Undo and redo, and the list of all steps: one can be named, gone back to, and none is lost to another branch.
import { type ReactNode, useId } from 'react';
import { redo, undo } from '../../store/link/undo';
import { canRedo, canUndo } from '../../store/state/history';
import { history as words } from '../../words/en/history';
import { page } from '../../words/en/page';
import { useAnchored } from '../parts/anchor';
import { Card } from '../parts/Card';
import { chunk } from '../parts/chunk';
import { Icon } from '../parts/Icon';
import { tip } from '../parts/Tooltip';
import { useDesk, usePhone } from '../parts/useDesk';
import styles from './History.module.css';

const Steps = chunk(() => import('./Steps'));

/** The two buttons. */
export function UndoButtons(): ReactNode {
  const undoable = useDesk((state) => canUndo(state.history));
  const redoable = useDesk((state) => canRedo(state.history));
  return (
    <>
      <button type="button" aria-label={page.undo} {...tip(page.undoTip)} disabled={!undoable} onClick={undo}>
        <Icon name="undo" />
      </button>
      <button type="button" aria-label={page.redo} {...tip(page.redoTip)} disabled={!redoable} onClick={redo}>
        <Icon name="redo" />
      </button>
    </>
  );
}

/** The button that opens the list, where it is to be seen. */
export function historyButton(): HTMLElement | undefined {
  const button = document.querySelector<HTMLElement>('[data-history]');
  return button && button.getClientRects().length > 0 ? button : undefined;
}

/** The button that opens the list. */
export function History(): ReactNode {
  const { button, popover, open, toggles } = useAnchored<HTMLElement>();
  const phone = usePhone();
  const id = useId();
  return (
    <>
      <button
        ref={button}
        type="button"
        data-history
        aria-label={words.title}
        aria-expanded={open}
        popoverTarget={id}
        {...tip(words.tip)}
      >
        <Icon name="history" />
        {phone && words.title}
      </button>
      <Card id={id} label={words.title} className={styles.card} popover={popover} open={open} toggles={toggles}>
        <Steps />
      </Card>
    </>
  );
}
