// The page: header, desk and panels on wide screens; sticky head and tabs on narrow ones.
import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import { redo, undo } from '../store/policyActions';
import './theme.css';
import './controls.css';
import './layout.css';
import './desk.css';
import './plot.css';
import './panels.css';
import './phone.css';
import { Boundary } from './controls/Panel';
import { DatasetDialog, openDrop } from './panels/DatasetDialog';
import { Header } from './panels/Header';
import { Headline } from './panels/Headline';
import { Layers } from './panels/Layers';
import { Notices } from './panels/Notices';
import { PhoneHead, PhoneTabs } from './panels/Phone';
import { Plot } from './panels/Plot';
import { Search } from './panels/Search';
import { Sensitivity } from './panels/Sensitivity';
import { StatusLine } from './panels/StatusLine';
import { Training } from './panels/Training';
import { WhatChanged } from './panels/WhatChanged';
import { useDesk, usePhone } from './useDesk';

function onUndoKeys(event: KeyboardEvent): void {
  if (!(event.ctrlKey || event.metaKey) || (event.target as Element).matches('input:not([type=range]), textarea'))
    return;
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
        <Plot />
        <div className="side">
          <Headline />
          <WhatChanged />
        </div>
        <Layers />
      </div>
      <div className="below">
        <div className="column">
          <Sensitivity />
          <div id="search" tabIndex={-1}>
            <Search />
          </div>
        </div>
        <div id="train" tabIndex={-1}>
          <Training />
        </div>
      </div>
    </main>
  );
}

function PhonePage(): ReactNode {
  const tab = useDesk((desk) => desk.phoneTab);
  return (
    <>
      <PhoneHead />
      <main id="desk">
        {tab === 'tune' && <Layers />}
        {tab === 'plot' && <Plot />}
        {tab === 'inspect' && (
          <>
            <WhatChanged />
            <Sensitivity />
          </>
        )}
        {tab === 'train' && <Training />}
        {tab === 'search' && <Search />}
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
        void openDrop(event.dataTransfer);
      }}
    >
      <a className="skip" href="#desk">
        Skip to the desk
      </a>
      <Header />
      <Boundary name="Notices">
        <Notices />
      </Boundary>
      {phone ? <PhonePage /> : <WidePage />}
      <Boundary name="Status">
        <StatusLine />
      </Boundary>
      {phone && <PhoneTabs />}
      <DatasetDialog />
      {dropping && <div className="drop-here">Drop CIFAR-10 or a folder of images here</div>}
    </div>
  );
}
