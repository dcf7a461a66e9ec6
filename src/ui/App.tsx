// The page: header, and on one screen the plot over the faders beside the result and the panels; on narrow screens a sticky
// head and tabs.
import { Activity, type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { names } from '../words/en/names';
import { page } from '../words/en/page';
import { sharing } from '../words/en/sharing';
import './theme.css';
import './controls.css';
import './projector.css';
import { isAtChance, needsTraining } from '../store/measure/selectors';
import { withCode } from '../store/state/code';
import { desk } from '../store/state/desk';
import { isHidden, tabHere } from '../store/state/shared';
import { setProjected } from '../store/state/view';
import styles from './App.module.css';
import { Layers } from './faders/Layers';
import { Hero } from './hero/Hero';
import { Coach } from './page/Coach';
import { Commands } from './page/Commands';
import { Dialogs } from './page/Dialogs';
import { Header } from './page/Header';
import { InsecureNotice } from './page/InsecureNotice';
import { LinkNotices } from './page/LinkNotices';
import { Notices } from './page/Notices';
import { PhoneTabs } from './page/Phone';
import { SidePanels, type SideTab, SideTabs, useDrawer } from './page/Side';
import { StatusLine } from './page/StatusLine';
import { WideViews } from './page/WideViews';
import { chunk } from './parts/chunk';
import { droppedFiles } from './parts/droppedFiles';
import { Later } from './parts/Later';
import { Boundary } from './parts/Panel';
import { useDesk, usePhone } from './parts/useDesk';
import { Frozen } from './room/Frozen';

const LessonBar = chunk(() => import('./lessons/LessonBar'));
const TrainHint = chunk(() => import('./plot/TrainHint'));
const SharedNote = chunk(() => import('./page/SharedNote'));
const Unreadable = chunk(() => import('./page/Unreadable'));

// What most visits do without is not even asked for.
function HelpfulTraining(): ReactNode {
  const helpful = useDesk(
    (desk) =>
      !isHidden(desk, 'train') &&
      (desk.network?.checkpoint.origin === 'initial' || needsTraining(desk) || isAtChance(desk)),
  );
  return (
    helpful && (
      <Later name={names.notices} loading="">
        <TrainHint />
      </Later>
    )
  );
}

function OpenLesson(): ReactNode {
  const open = useDesk((desk) => desk.lesson !== null);
  return (
    open && (
      <Later name={names.notices} loading="">
        <LessonBar />
      </Later>
    )
  );
}

/** What the link hides or fixes. */
function Shared(): ReactNode {
  const any = useDesk((desk) => desk.hidden.length > 0 || desk.fixedSeed !== null);
  return (
    any && (
      <Later name={names.notices} loading="">
        <SharedNote />
      </Later>
    )
  );
}

function WidePage(): ReactNode {
  const tab = useDesk(tabHere);
  const drawer = useDrawer();
  const shown = tab !== 'tune' && tab !== 'plot' ? tab : drawer ? '' : 'images';
  return (
    <main id="desk" className={styles.desk}>
      <div className={styles.work}>
        <WideViews />
        <div className={styles.rack}>
          <Coach />
          <Boundary name={names.layers}>
            <Layers />
          </Boundary>
        </div>
      </div>
      <div className={styles.side}>
        <Hero />
        <SideTabs shown={shown} />
        <div className={styles.hint}>
          <Shared />
          <HelpfulTraining />
          <OpenLesson />
        </div>
        <SidePanels shown={shown} />
        <Boundary name={names.status}>
          <StatusLine />
        </Boundary>
      </div>
    </main>
  );
}

/** Tabs above what a tab of a phone's bar shows, where it shows two things. */
const TOGETHER: readonly (readonly SideTab[])[] = [
  ['images', 'layer'],
  ['search', 'train'],
];

function PhonePage(): ReactNode {
  const tab = useDesk(tabHere);
  const together = TOGETHER.find((tabs) => tabs.some((id) => id === tab));
  return (
    <>
      <Hero />
      <main id="desk">
        <Shared />
        <Activity mode={tab === 'tune' ? 'visible' : 'hidden'}>
          <HelpfulTraining />
          <Coach />
          <Boundary name={names.layers}>
            <Layers />
          </Boundary>
        </Activity>
        <Activity mode={tab === 'plot' ? 'visible' : 'hidden'}>
          <WideViews />
        </Activity>
        {together && <SideTabs tabs={together} shown={tab} />}
        <SidePanels shown={tab} />
        <OpenLesson />
      </main>
      <Boundary name={names.status}>
        <StatusLine />
      </Boundary>
    </>
  );
}

const togglePresenting = () => setProjected(!desk.getState().projected);

/** The whole page. Files may be dropped anywhere on it. */
export function App(): ReactNode {
  const phone = usePhone();
  const [dropping, setDropping] = useState(false);
  const [dialog, setDialog] = useState<'help' | 'palette' | null>(null);
  const presenting = useDesk((desk) => desk.projected) && !phone;
  useEffect(() => {
    document.documentElement.toggleAttribute('data-present', presenting);
    if (!presenting) return;
    // What lies over the page is left first.
    const leave = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !document.querySelector('dialog[open], :popover-open')) setProjected(false);
    };
    addEventListener('keydown', leave, true);
    return () => removeEventListener('keydown', leave, true);
  }, [presenting]);
  const closed = useDesk((desk) => isHidden(desk, 'import'));
  const unreadable = useDesk((desk) => desk.unreadable.length > 0);
  const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is a second way; the dialog "Images" is the first
    <div
      className={phone ? styles.phone : styles.page}
      onDragOver={(event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setDropping(true);
      }}
      onDragLeave={(event) => {
        if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
      }}
      onDrop={(event) => {
        setDropping(false);
        if (!hasFiles(event)) return;
        // Else the browser would leave the page for the file.
        event.preventDefault();
        if (closed) return;
        const files = droppedFiles(event.dataTransfer);
        withCode(
          () => import('../store/import/dropped'),
          ({ openFiles }) => void files.then(openFiles),
        );
      }}
    >
      <a className={styles.skip} href="#desk">
        {page.skipToDesk}
      </a>
      {/* In place of the one in the header, which is hidden then. */}
      {presenting && (
        <header className="unseen">
          <h1>{page.name}</h1>
        </header>
      )}
      <Header onHelp={() => setDialog('help')} />
      {phone ? <PhonePage /> : <WidePage />}
      {/* Over the page, so that what is said moves nothing that a hand is on. */}
      <div className={styles.toasts}>
        <Boundary name={names.notices}>
          <Notices />
          <LinkNotices />
          {unreadable && (
            <Later name={names.notices}>
              <Unreadable />
            </Later>
          )}
          <InsecureNotice />
        </Boundary>
        <Frozen />
        <Dialogs />
      </div>
      {phone && <PhoneTabs />}
      <Commands open={dialog} onOpen={setDialog} onPresent={togglePresenting} />
      {dropping && <div className={styles.dropHere}>{closed ? sharing.noDrop : page.dropHere}</div>}
    </div>
  );
}
