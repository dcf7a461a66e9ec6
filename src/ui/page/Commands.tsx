// Keys of the whole page, and the two dialogs that they open: keys with glossary (?), and all actions (Ctrl+K).
import { type KeyboardEvent as ReactKeyboardEvent, type ReactNode, useEffect, useId, useState } from 'react';
import { openExports } from '../../store/export/exporting';
import { askForNetwork } from '../../store/import/importing';
import { redo, undo } from '../../store/link/undo';
import type { WideView } from '../../store/state/desk';
import { openImages, showWide } from '../../store/state/view';
import { learn } from '../../words/en/learn';
import { names } from '../../words/en/names';
import { page } from '../../words/en/page';
import { Dialog } from '../parts/Dialog';
import { goTo } from '../parts/goTo';
import styles from './Commands.module.css';
import { Reference } from './Learn';

/** Fields in which keys are text, and whose own undo comes first. */
const TEXT_FIELDS = 'input:not([type=range], [type=radio], [type=checkbox]), textarea, select';

interface Action {
  readonly label: string;
  run(): void;
}

const VIEWS: readonly WideView[] = ['plot', 'table', 'sensitivity'];

function actionsOf(present: () => void, help: () => void): readonly Action[] {
  return [
    ...(['images', 'layer', 'train', 'search', 'learn'] as const).map((tab) => ({
      label: learn.openTab(names[tab]),
      run: () => goTo(tab),
    })),
    ...VIEWS.map((view) => ({ label: learn.openView(page.view[view]), run: () => showWide(view) })),
    { label: page.undo, run: undo },
    { label: page.redo, run: redo },
    { label: page.export, run: openExports },
    { label: learn.openNetwork, run: askForNetwork },
    { label: learn.openImages, run: openImages },
    { label: learn.present, run: present },
    { label: learn.help, run: help },
  ];
}

function Palette({ actions, onDone }: { readonly actions: readonly Action[]; onDone(): void }): ReactNode {
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const found = actions.filter(({ label }) => label.toLowerCase().includes(wanted.trim().toLowerCase()));
  const current = Math.min(at, found.length - 1);
  function run(action: Action): void {
    onDone();
    // Once the dialog has given back the focus, which the action may move.
    setTimeout(action.run);
  }
  function onKeyDown(event: ReactKeyboardEvent): void {
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
        // biome-ignore lint/a11y/noAutofocus: the dialog is opened to type
        autoFocus
        value={wanted}
        onChange={(event) => {
          setWanted(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={list} role="listbox" aria-label={learn.palette} className={styles.list}>
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

interface CommandsProps {
  /** The dialog that is open. */
  readonly open: 'help' | 'palette' | null;
  onOpen(dialog: 'help' | 'palette' | null): void;
  onPresent(): void;
}

/** The dialogs, and the keys that open them. */
export function Commands({ open, onOpen, onPresent }: CommandsProps): ReactNode {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = (event.target as Element).matches(TEXT_FIELDS);
      const key = event.key.toLowerCase();
      if (event.ctrlKey || event.metaKey) {
        if (key === 'k') onOpen('palette');
        else if (!typing && (key === 'y' || (key === 'z' && event.shiftKey))) redo();
        else if (!typing && key === 'z') undo();
        else return;
      } else if (typing || event.altKey) return;
      else if (event.key === '?') onOpen('help');
      else if (event.key === 'F') onPresent();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };
    // Before the faders, which take a letter for a width.
    addEventListener('keydown', onKey, true);
    return () => removeEventListener('keydown', onKey, true);
  }, [onOpen, onPresent]);
  const close = () => onOpen(null);
  return (
    <>
      <Dialog title={learn.help} shown={open === 'help'} onClose={close}>
        {open === 'help' && <Reference />}
      </Dialog>
      <Dialog title={learn.palette} shown={open === 'palette'} onClose={close}>
        {open === 'palette' && <Palette actions={actionsOf(onPresent, () => onOpen('help'))} onDone={close} />}
      </Dialog>
    </>
  );
}
