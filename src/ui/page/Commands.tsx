// Keys of the whole page, and the two dialogs that they open: keys with glossary (?), and all actions (Ctrl+K).
import { type ReactNode, useEffect } from 'react';
import { redo, undo } from '../../store/link/undo';
import { page } from '../../words/en/page';
import { chunk } from '../parts/chunk';
import { Dialog } from '../parts/Dialog';
import { Later } from '../parts/Later';

const Palette = chunk(() => import('./Palette'));
const Reference = chunk(() => import('./Reference'));

/** Fields in which keys are text, and whose own undo comes first. */
const TEXT_FIELDS = 'input:not([type=range], [type=radio], [type=checkbox]), textarea, select';

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
      <Dialog title={page.helpTitle} shown={open === 'help'} onClose={close}>
        {open === 'help' && (
          <Later name={page.helpTitle}>
            <Reference />
          </Later>
        )}
      </Dialog>
      <Dialog title={page.palette} shown={open === 'palette'} onClose={close}>
        {open === 'palette' && (
          <Later name={page.palette}>
            <Palette onPresent={onPresent} onHelp={() => onOpen('help')} onDone={close} />
          </Later>
        )}
      </Dialog>
    </>
  );
}
