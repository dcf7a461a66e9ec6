// The page: header, and on one screen the plot over the faders beside the result and the panels; on narrow screens a sticky
// head and tabs.
import { Activity, type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { redo, undo } from '../store/link/undo';
import { names } from '../words/en/names';
import { page } from '../words/en/page';
import './theme.css';
import { openFiles } from '../store/import/dropped';
import styles from './App.module.css';
import { ExportDialog } from './export/ExportDialog';
import { Layers } from './faders/Layers';
import { Hero } from './hero/Hero';
import { DatasetDialog } from './import/DatasetDialog';
import { ImportDialog } from './import/ImportDialog';
import { Header } from './page/Header';
import { InsecureNotice } from './page/InsecureNotice';
import { LinkNotices } from './page/LinkNotices';
import { Notices } from './page/Notices';
import { PhoneTabs } from './page/Phone';
import { SidePanels, type SideTab, SideTabs, useDrawer } from './page/Side';
import { StatusLine } from './page/StatusLine';
import { Unreadable } from './page/Unreadable';
import { WideViews } from './page/WideViews';
import { droppedFiles } from './parts/droppedFiles';
import { Boundary } from './parts/Panel';
import { useDesk, usePhone } from './parts/useDesk';
import { TrainHint } from './plot/TrainHint';

/** Fields whose own undo comes first. */
const TEXT_FIELDS = 'input:not([type=range], [type=radio], [type=checkbox]), textarea';

function onUndoKeys(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || (event.target as Element).matches(TEXT_FIELDS)) return;
  const key = event.key.toLowerCase();
  if (key !== 'z' && key !== 'y') return;
  event.preventDefault();
  if (key === 'y' || event.shiftKey) redo();
  else undo();
}

function WidePage(): ReactNode {
  const tab = useDesk((desk) => desk.tab);
  const drawer = useDrawer();
  const shown = tab !== 'tune' && tab !== 'plot' ? tab : drawer ? '' : 'images';
  return (
    <main id="desk" className={styles.desk}>
      <div className={styles.work}>
        <WideViews />
        <div className={styles.rack}>
          <Boundary name={names.layers}>
            <Layers />
          </Boundary>
        </div>
      </div>
      <div className={styles.side}>
        <Hero />
        <SideTabs shown={shown} />
        <div className={styles.hint}>
          <TrainHint />
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
  const tab = useDesk((desk) => desk.tab);
  const together = TOGETHER.find((tabs) => tabs.some((id) => id === tab));
  return (
    <>
      <Hero />
      <main id="desk">
        <Activity mode={tab === 'tune' ? 'visible' : 'hidden'}>
          <TrainHint />
          <Boundary name={names.layers}>
            <Layers />
          </Boundary>
        </Activity>
        <Activity mode={tab === 'plot' ? 'visible' : 'hidden'}>
          <WideViews />
        </Activity>
        {together && <SideTabs tabs={together} shown={tab} />}
        <SidePanels shown={tab} />
      </main>
      <Boundary name={names.status}>
        <StatusLine />
      </Boundary>
    </>
  );
}

/** The whole page. Files may be dropped anywhere on it. */
export function App(): ReactNode {
  const phone = usePhone();
  const [dropping, setDropping] = useState(false);
  useEffect(() => {
    addEventListener('keydown', onUndoKeys);
    return () => removeEventListener('keydown', onUndoKeys);
  }, []);
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
        event.preventDefault();
        void droppedFiles(event.dataTransfer).then(openFiles);
      }}
    >
      <a className={styles.skip} href="#desk">
        {page.skipToDesk}
      </a>
      <Header />
      {phone ? <PhonePage /> : <WidePage />}
      {/* Over the page, so that what is said moves nothing that a hand is on. */}
      <div className={styles.toasts}>
        <Boundary name={names.notices}>
          <Notices />
          <LinkNotices />
          <Unreadable />
          <InsecureNotice />
        </Boundary>
      </div>
      {phone && <PhoneTabs />}
      <ImportDialog />
      <ExportDialog />
      <DatasetDialog />
      {dropping && <div className={styles.dropHere}>{page.dropHere}</div>}
    </div>
  );
}
