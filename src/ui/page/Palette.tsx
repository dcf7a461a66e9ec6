// All actions, found by typing.
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { redo, undo } from '../../store/link/undo';
import { pin } from '../../store/policy/pins';
import { desk } from '../../store/state/desk';
import { isHidden } from '../../store/state/shared';
import {
  askForNetwork,
  openExports,
  openImages,
  setRaceShown,
  setReproducedShown,
  setSpeedShown,
  showWide,
} from '../../store/state/view';
import type { WideView } from '../../store/state/wideViews';
import { history as steps } from '../../words/en/history';
import { learn } from '../../words/en/learn';
import { names } from '../../words/en/names';
import { page } from '../../words/en/page';
import { pins } from '../../words/en/pins';
import { reproduced } from '../../words/en/reproduced';
import { speed } from '../../words/en/speed';
import { goTo } from '../parts/goTo';
import { historyButton } from './History';
import styles from './Palette.module.css';

interface Action {
  readonly label: string;
  run(): void;
}

/** Presses a button as a hand would, which leaves the focus on it. */
function press(button: HTMLElement): void {
  button.focus();
  button.click();
}

const VIEWS: readonly WideView[] = ['plot', 'table', 'sensitivity'];

function actionsOf(present: () => void, help: () => void): readonly Action[] {
  const history = historyButton();
  const now = desk.getState();
  const shown = (part: string) => !isHidden(now, part);
  return [
    ...(['images', 'layer', 'train', 'search', 'learn'] as const).filter(shown).map((tab) => ({
      label: learn.openTab(names[tab]),
      run: () => goTo(tab),
    })),
    ...VIEWS.filter(shown).map((view) => ({ label: learn.openView(page.view[view]), run: () => showWide(view) })),
    { label: page.undo, run: undo },
    { label: page.redo, run: redo },
    ...(history ? [{ label: steps.title, run: () => press(history) }] : []),
    { label: pins.pinThis, run: pin },
    ...(shown('export') ? [{ label: page.export, run: openExports }] : []),
    ...(shown('import') && shown('network') ? [{ label: learn.openNetwork, run: askForNetwork }] : []),
    ...(shown('network') ? [{ label: learn.openImages, run: openImages }] : []),
    { label: learn.present, run: present },
    { label: speed.open, run: () => setSpeedShown(true) },
    { label: reproduced.open, run: () => setReproducedShown(true) },
    { label: learn.watchRace, run: () => setRaceShown(true) },
    { label: page.helpTitle, run: help },
  ];
}

interface PaletteProps {
  onPresent(): void;
  onHelp(): void;
  onDone(): void;
}

/** A field and the list of what it finds, moved through by the field's arrow keys. */
export default function Palette({ onPresent, onHelp, onDone }: PaletteProps): ReactNode {
  const actions = actionsOf(onPresent, onHelp);
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const field = useRef<HTMLInputElement>(null);
  // The dialog is opened to type; it is open by now, which it may not be yet for `autoFocus`.
  useEffect(() => field.current?.focus(), []);
  const found = actions.filter(({ label }) => label.toLowerCase().includes(wanted.trim().toLowerCase()));
  const current = Math.min(at, found.length - 1);
  function run(action: Action): void {
    onDone();
    // Once the dialog has given back the focus, which the action may move.
    setTimeout(action.run);
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setAt((current + step + found.length) % found.length);
    else if (event.key === 'Enter' && found[current]) run(found[current]);
    else return;
    event.preventDefault();
  }
  return (
    <>
      <input
        type="text"
        role="combobox"
        className={styles.find}
        aria-label={learn.find}
        placeholder={learn.find}
        aria-expanded
        aria-controls={list}
        aria-activedescendant={found[current] && `${list}-${current}`}
        ref={field}
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label={page.palette} className={styles.list}>
        {found.map((action, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the field's, which has the focus
          <div
            key={action.label}
            id={`${list}-${i}`}
            role="option"
            aria-selected={i === current}
            tabIndex={-1}
            className={styles.option}
            onClick={() => run(action)}
          >
            {action.label}
          </div>
        ))}
      </div>
      {found.length === 0 && <p className="empty">{learn.nothing}</p>}
    </>
  );
}
