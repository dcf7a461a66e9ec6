// The dialogs that are opened from all over the page. Each is loaded when it is first opened, and then stays, because it gives
// the focus back when it closes.
import { type ReactNode, useRef } from 'react';
import type { Desk } from '../../store/state/desk';
import { device } from '../../words/en/device';
import { page } from '../../words/en/page';
import { chunk } from '../parts/chunk';
import { Later } from '../parts/Later';
import { useDesk } from '../parts/useDesk';

const BoardDialog = chunk(() => import('../device/BoardDialog'));
const ImportDialog = chunk(() => import('../import/ImportDialog'));
const ExportDialog = chunk(() => import('../export/ExportDialog'));
const DatasetDialog = chunk(() => import('../import/DatasetDialog'));

interface OpenedProps {
  readonly name: string;
  isOpen(desk: Desk): boolean;
  readonly children: ReactNode;
}

function Opened({ name, isOpen, children }: OpenedProps): ReactNode {
  const open = useDesk(isOpen);
  const opened = useRef(false);
  opened.current ||= open;
  return opened.current && <Later name={name}>{children}</Later>;
}

export function Dialogs(): ReactNode {
  return (
    <>
      <Opened name={page.ownNetwork} isOpen={({ importing }) => importing !== null}>
        <ImportDialog />
      </Opened>
      <Opened name={device.title} isOpen={({ boardDialog }) => boardDialog}>
        <BoardDialog />
      </Opened>
      <Opened name={page.export} isOpen={({ exporting }) => exporting !== null}>
        <ExportDialog />
      </Opened>
      <Opened name={page.images} isOpen={({ datasetDialog }) => datasetDialog}>
        <DatasetDialog />
      </Opened>
    </>
  );
}
