// Tabs as the ARIA pattern has them: one tab stop, arrows, Home and End move and select; the panels say which tab is theirs.
import { Activity, type KeyboardEvent, type ReactNode, useRef } from 'react';
import { classes } from './classes';
import { Icon, type IconName } from './Icon';
import styles from './Tabs.module.css';

export interface Tab<T extends string> {
  readonly id: T;
  readonly label: string;
  /** Drawn where tabs are a rail. */
  readonly icon?: IconName;
  /** What stands behind the label, e.g. that something runs. */
  readonly mark?: ReactNode;
}

interface TabsProps<T extends string> {
  /** The beginning of the ids of its tabs and panels. */
  readonly id: string;
  /** Name of the list. */
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  /** The selected one; one that is not among `tabs` where all are closed. */
  readonly value: string;
  readonly className?: string | undefined;
  onChange(value: T): void;
}

const idOf = (list: string, part: 'tab' | 'panel', id: string) => `${list}-${part}-${id}`;
const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The list of tabs. */
export function Tabs<T extends string>({ id: list, label, tabs, value, className, onChange }: TabsProps<T>): ReactNode {
  const selected = tabs.findIndex(({ id }) => id === value);
  function onKeyDown(event: KeyboardEvent<HTMLElement>): void {
    const at = tabs.findIndex(({ id }) => idOf(list, 'tab', id) === (event.target as Element).id);
    const step = STEPS[event.key];
    const to =
      step !== undefined
        ? (at + step + tabs.length) % tabs.length
        : event.key === 'Home'
          ? 0
          : event.key === 'End'
            ? tabs.length - 1
            : undefined;
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    onChange(tabs[to].id);
    document.getElementById(idOf(list, 'tab', tabs[to].id))?.focus();
  }
  return (
    <div role="tablist" aria-label={label} className={classes(styles.tabs, className)} onKeyDown={onKeyDown}>
      {tabs.map(({ id, label: name, icon, mark }, i) => (
        <button
          key={id}
          type="button"
          role="tab"
          id={idOf(list, 'tab', id)}
          aria-controls={idOf(list, 'panel', id)}
          aria-selected={id === value}
          tabIndex={i === Math.max(0, selected) ? 0 : -1}
          onClick={() => onChange(id)}
        >
          {icon && <Icon name={icon} size={20} />}
          {name}
          {mark}
        </button>
      ))}
    </div>
  );
}

interface TabPanelProps {
  /** Id of the list of tabs. */
  readonly of: string;
  readonly id: string;
  readonly selected: boolean;
  /** True if nothing in it takes the focus, so that it does itself, to be scrolled by keys. */
  readonly text?: boolean;
  readonly className?: string | undefined;
  readonly children: ReactNode;
}

/** What a tab shows. It is drawn when it is first selected; after that it keeps its state, and rests while it is hidden. */
export function TabPanel({ of, id, selected, text = false, className, children }: TabPanelProps): ReactNode {
  const visited = useRef(false);
  visited.current ||= selected;
  return (
    <div
      role="tabpanel"
      id={idOf(of, 'panel', id)}
      aria-labelledby={idOf(of, 'tab', id)}
      tabIndex={text ? 0 : -1}
      hidden={!selected}
      className={className}
    >
      {visited.current && <Activity mode={selected ? 'visible' : 'hidden'}>{children}</Activity>}
    </div>
  );
}

/** Moves the focus to a panel that was just selected. */
export function focusPanel(of: string, id: string): void {
  document.getElementById(idOf(of, 'panel', id))?.focus();
}
