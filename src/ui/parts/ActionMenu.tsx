// A button that opens a menu of actions.
import { type ReactNode, useEffect, useId } from 'react';
import { useAnchored } from './anchor';
import anchoredStyles from './anchored.module.css';
import { classes } from './classes';
import styles from './Menu.module.css';
import { openByArrow, walkMenu } from './menuKeys';
import { tip } from './Tooltip';

export interface MenuAction {
  readonly label: string;
  /** The key that does the same, shown beside it. */
  readonly keys?: string;
  /** Why it cannot be done now. */
  readonly disabled?: string | false;
  /** True for the first of a group, which stands apart. */
  readonly apart?: boolean;
  /** For actions that say what is in force. */
  readonly checked?: boolean;
  run(): void;
}

interface ActionMenuProps {
  /** What the button shows. */
  readonly label: string;
  /** Name of the button and of the menu where the label does not say enough; it contains the label. */
  readonly name?: string;
  readonly tip?: string;
  readonly actions: readonly MenuAction[];
}

/** Keys as in `Menu`. */
export function ActionMenu({ label, name = label, actions, ...props }: ActionMenuProps): ReactNode {
  const { button, popover, open, shown, toggles } = useAnchored<HTMLDivElement>();
  const id = useId();
  useEffect(() => {
    if (shown) popover.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus();
  }, [shown, popover]);
  return (
    <>
      <button
        ref={button}
        type="button"
        className={styles.opens}
        aria-label={name}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
        onKeyDown={(event) => openByArrow(event, popover.current)}
        {...tip(props.tip)}
      >
        {label}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="menu"
        aria-label={name}
        className={classes(anchoredStyles.anchored, styles.menu)}
        {...toggles}
        onKeyDown={(event) => walkMenu(event, popover.current)}
      >
        {actions.map(({ label: words, keys, disabled, apart, checked, run }) => (
          <button
            key={words}
            type="button"
            role={checked === undefined ? 'menuitem' : 'menuitemradio'}
            {...(checked !== undefined && { 'aria-checked': checked })}
            aria-disabled={Boolean(disabled)}
            tabIndex={-1}
            className={classes(styles.item, apart && styles.apart)}
            {...tip(disabled)}
            onClick={() => {
              if (disabled) return;
              popover.current?.hidePopover();
              run();
            }}
          >
            {words}
            {keys && <kbd className={styles.keys}>{keys}</kbd>}
          </button>
        ))}
      </div>
    </>
  );
}
