// A button that opens a menu of choices of which one is in force.
import { type ReactNode, useEffect, useId } from 'react';
import { parts } from '../../words/en/parts';
import { useAnchored } from './anchor';
import anchoredStyles from './anchored.module.css';
import { classes } from './classes';
import styles from './Menu.module.css';
import { openByArrow, walkMenu } from './menuKeys';
import { tip } from './Tooltip';

interface MenuProps<T extends string> {
  /** Name of the button and of the menu. */
  readonly label: string;
  readonly tip?: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  /** What the button shows. */
  readonly children: ReactNode;
  onChange(value: T): void;
}

/**
 * Opens by a press, Enter, Space or arrow; arrows, Home, End and first letters move in it, Escape closes it and gives the
 * focus back, Tab leaves it.
 */
export function Menu<T extends string>(props: MenuProps<T>): ReactNode {
  const { label, options, value, children, onChange } = props;
  const { button, popover, open, shown, toggles } = useAnchored<HTMLDivElement>();
  const id = useId();
  useEffect(() => {
    if (shown) popover.current?.querySelector<HTMLElement>('[aria-checked=true]')?.focus();
  }, [shown, popover]);
  return (
    <>
      <button
        ref={button}
        type="button"
        aria-label={parts.menuValue(label, options.find((option) => option.value === value)?.label ?? value)}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
        onKeyDown={(event) => openByArrow(event, popover.current)}
        {...tip(props.tip)}
      >
        {children}
      </button>
      <div
        ref={popover}
        id={id}
        popover="auto"
        role="menu"
        aria-label={label}
        className={classes(anchoredStyles.anchored, styles.menu)}
        {...toggles}
        onKeyDown={(event) => walkMenu(event, popover.current)}
      >
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            role="menuitemradio"
            aria-checked={option.value === value}
            tabIndex={-1}
            className={styles.item}
            onClick={() => {
              popover.current?.hidePopover();
              onChange(option.value);
            }}
          >
            {option.label}
          </button>
        ))}
      </div>
    </>
  );
}
