// The page: header, desk and panels on wide screens; sticky head and tabs on narrow ones.
import { type ComponentType, type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { redo, undo } from '../store/undo';
import './theme.css';
import './controls.css';
import './layout.css';
import './desk.css';
import './plot.css';
import './panels.css';
import './weights.css';
import './activations.css';
import './share.css';
import './import.css';
import './search.css';
import './phone.css';
import './forced.css';
import { openFiles } from '../store/dropped';
import { droppedFiles } from './controls/droppedFiles';
import { Boundary } from './controls/Panel';
import { DatasetDialog } from './panels/DatasetDialog';
import { Header } from './panels/Header';
import { Headline } from './panels/Headline';
import { ImportDialog } from './panels/ImportDialog';
import { InsecureNotice } from './panels/InsecureNotice';
import { Inspector } from './panels/Inspector';
import { Layers } from './panels/Layers';
import { LinkNotices } from './panels/LinkNotices';
import { Notices } from './panels/Notices';
import { PhoneHead, PhoneTabs } from './panels/Phone';
import { Plot } from './panels/Plot';
import { SaveDialog } from './panels/SaveDialog';
import { Search } from './panels/Search';
import { Sensitivity } from './panels/Sensitivity';
import { StatusLine } from './panels/StatusLine';
import { TrainHint } from './panels/TrainHint';
import { Training } from './panels/Training';
import { Unreadable } from './panels/Unreadable';
import { WhatChanged } from './panels/WhatChanged';
import { useDesk, usePhone } from './useDesk';

/** A panel that takes nothing else down when it cannot be drawn, not even by what it reads from the store. */
const guarded =
  (name: string, View: ComponentType): ComponentType =>
  () => (
    <Boundary name={name}>
      <View />
    </Boundary>
  );

const Safe = {
  Plot: guarded('Accuracy against memory', Plot),
  Headline: guarded('Result', Headline),
  WhatChanged: guarded('What changed', WhatChanged),
  Layers: guarded('Layers', Layers),
  Inspector: guarded('Weights', Inspector),
  Sensitivity: guarded('Sensitivity', Sensitivity),
  Search: guarded('Search', Search),
  Training: guarded('Training', Training),
  PhoneHead: guarded('Result', PhoneHead),
  TrainHint: guarded('Result', TrainHint),
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
      <div className="stage">
        <Safe.Plot />
        <div className="side">
          <Safe.Headline />
          <Safe.WhatChanged />
        </div>
        <Safe.Layers />
      </div>
      <div className="below">
        <div className="column">
          <div id="inspect" tabIndex={-1}>
            <Safe.Inspector />
          </div>
          <Safe.Sensitivity />
        </div>
        <div id="train" tabIndex={-1}>
          <Safe.Training />
        </div>
      </div>
      <div className="search-row">
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
      className={phone ? 'page phone' : 'page'}
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
      <a className="skip" href="#desk">
        Skip to the desk
      </a>
      <Header />
      {phone ? <PhonePage /> : <WidePage />}
      {/* Over the page, so that what is said moves nothing that a hand is on. */}
      <div className="toasts">
        <Boundary name="Notices">
          <Notices />
          <LinkNotices />
          <Unreadable />
          <InsecureNotice />
        </Boundary>
      </div>
      <Boundary name="Status">
        <StatusLine />
      </Boundary>
      {phone && <PhoneTabs />}
      <ImportDialog />
      <SaveDialog />
      <DatasetDialog />
      {dropping && <div className="drop-here">Drop a network, images or a bit policy here</div>}
    </div>
  );
}
