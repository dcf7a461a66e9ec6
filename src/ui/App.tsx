// The page: header, desk and panels on wide screens; sticky head and tabs on narrow ones.
import { type ComponentType, type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { redo, undo } from '../store/link/undo';
import { names } from '../words/en/names';
import { page } from '../words/en/page';
import './theme.css';
import { openFiles } from '../store/import/dropped';
import styles from './App.module.css';
import { ExportDialog } from './export/ExportDialog';
import { Layers } from './faders/Layers';
import { Sensitivity } from './faders/Sensitivity';
import { DatasetDialog } from './import/DatasetDialog';
import { ImportDialog } from './import/ImportDialog';
import { Inspector } from './inspect/Inspector';
import { Header } from './page/Header';
import { InsecureNotice } from './page/InsecureNotice';
import { LinkNotices } from './page/LinkNotices';
import { Notices } from './page/Notices';
import { PhoneHead, PhoneTabs } from './page/Phone';
import { StatusLine } from './page/StatusLine';
import { Unreadable } from './page/Unreadable';
import { droppedFiles } from './parts/droppedFiles';
import { Boundary } from './parts/Panel';
import { useDesk, usePhone } from './parts/useDesk';
import { Headline } from './plot/Headline';
import { Plot } from './plot/Plot';
import { TrainHint } from './plot/TrainHint';
import { WhatChanged } from './plot/WhatChanged';
import { Search } from './search/Search';
import { Training } from './train/Training';

/** A panel that takes nothing else down when it cannot be drawn, not even by what it reads from the store. */
const guarded =
  (name: keyof typeof names, View: ComponentType): ComponentType =>
  () => (
    <Boundary name={String(names[name])}>
      <View />
    </Boundary>
  );

const Safe = {
  Plot: guarded('plot', Plot),
  Headline: guarded('result', Headline),
  WhatChanged: guarded('whatChanged', WhatChanged),
  Layers: guarded('layers', Layers),
  Inspector: guarded('weights', Inspector),
  Sensitivity: guarded('sensitivity', Sensitivity),
  Search: guarded('search', Search),
  Training: guarded('training', Training),
  PhoneHead: guarded('result', PhoneHead),
  TrainHint: guarded('result', TrainHint),
};

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
  return (
    <main id="desk">
      <div className={styles.stage}>
        <Safe.Plot />
        <div className={styles.side}>
          <Safe.Headline />
          <Safe.WhatChanged />
        </div>
        <Safe.Layers />
      </div>
      <div className={styles.below}>
        <div className={styles.column}>
          <div id="inspect" tabIndex={-1}>
            <Safe.Inspector />
          </div>
          <Safe.Sensitivity />
        </div>
        <div id="train" tabIndex={-1}>
          <Safe.Training />
        </div>
      </div>
      <div className={styles.searchRow}>
        <div id="search" tabIndex={-1}>
          <Safe.Search />
        </div>
      </div>
    </main>
  );
}

function PhonePage(): ReactNode {
  const tab = useDesk((desk) => desk.phoneTab);
  return (
    <>
      <Safe.PhoneHead />
      <Safe.TrainHint />
      <main id="desk">
        {tab === 'tune' && <Safe.Layers />}
        {tab === 'plot' && <Safe.Plot />}
        {tab === 'inspect' && (
          <>
            <Safe.WhatChanged />
            <div id="inspect" tabIndex={-1}>
              <Safe.Inspector />
            </div>
            <Safe.Sensitivity />
          </>
        )}
        {tab === 'train' && <Safe.Training />}
        {tab === 'search' && <Safe.Search />}
      </main>
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
      className={styles.page}
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
      <Boundary name={names.status}>
        <StatusLine />
      </Boundary>
      {phone && <PhoneTabs />}
      <ImportDialog />
      <ExportDialog />
      <DatasetDialog />
      {dropping && <div className={styles.dropHere}>{page.dropHere}</div>}
    </div>
  );
}
