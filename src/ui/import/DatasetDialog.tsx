// Where the images come from: embedded, CIFAR-10 by drop, pick or download, or a folder of one's own.
import { type ReactNode, useEffect, useState } from 'react';
import type { DatasetId } from '../../data/registry';
import type { DataSource } from '../../engine/protocol/opening';
import type { PathFile } from '../../store/import/importing';
import { findStoredDatasets } from '../../store/network/datasets';
import { cancelOpening, openDataset } from '../../store/network/session';
import { closeImages } from '../../store/state/view';
import { count, sizeInWords } from '../../words/numbers';
import { Dialog } from '../parts/Dialog';
import { FilePicker } from '../parts/FilePicker';
import { useDesk } from '../parts/useDesk';
import choicesStyles from './choices.module.css';
import styles from './DatasetDialog.module.css';

const CIFAR_URL = 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz';
const open = (dataset: DatasetId, source?: DataSource) => void openDataset(dataset, source);
const openWith = (dataset: DatasetId) => (files: readonly PathFile[]) => open(dataset, { kind: 'files', files });

function Progress(): ReactNode {
  const loading = useDesk((state) => state.loading);
  const error = useDesk((state) => state.datasetError);
  if (loading) {
    const write = loading.unit === 'bytes' ? sizeInWords : (n: number) => `${count(n)} images`;
    return (
      <div className={choicesStyles.loading}>
        <progress
          value={loading.total ? loading.done : undefined}
          max={loading.total ?? 1}
          aria-label={loading.phase}
        />
        <span>
          {loading.phase}: {write(loading.done)}
          {loading.total ? ` of ${write(loading.total)}` : ''}
        </span>
        <button type="button" onClick={cancelOpening}>
          Cancel
        </button>
      </div>
    );
  }
  if (error === null) return null;
  return (
    <p className={choicesStyles.problem} role="alert">
      {error} The images in use stay as they are.
    </p>
  );
}

function StoredCopy({ dataset }: { readonly dataset: DatasetId }): ReactNode {
  const stored = useDesk((state) => state.storedDatasets.includes(dataset));
  return (
    stored && (
      <button type="button" onClick={() => open(dataset, { kind: 'stored' })}>
        Use the stored copy
      </button>
    )
  );
}

function Choices(): ReactNode {
  const [url, setUrl] = useState(CIFAR_URL);
  return (
    <div className={choicesStyles.choices}>
      <section>
        <h3>Emoji-10</h3>
        <p>Ten kinds of emoji on noisy backgrounds. It comes with the page.</p>
        <button type="button" onClick={() => open('emoji10')}>
          Use Emoji-10
        </button>
      </section>
      <section>
        <h3>CIFAR-10</h3>
        <p>60,000 photographs in ten classes. Drop cifar-10-binary.tar.gz or its folder anywhere on the page, or:</p>
        <div className="buttons">
          <FilePicker label="Choose files" onFiles={openWith('cifar10')} />
          <FilePicker label="Choose folder" folder onFiles={openWith('cifar10')} />
          <StoredCopy dataset="cifar10" />
        </div>
        <form
          className={styles.fetch}
          onSubmit={(event) => {
            event.preventDefault();
            open('cifar10', { kind: 'url', url });
          }}
        >
          <label>
            <span>Address</span>
            <input type="url" required value={url} onChange={(event) => setUrl(event.target.value)} />
          </label>
          <button type="submit">Fetch (170 MB)</button>
        </form>
      </section>
      <section>
        <h3>Your own images</h3>
        <p>One folder for each class, named like the class. The images stay on this device.</p>
        <div className="buttons">
          <FilePicker label="Choose a folder of images" folder onFiles={openWith('folder')} />
          <StoredCopy dataset="folder" />
        </div>
      </section>
    </div>
  );
}

/** The dialog "Images". */
export function DatasetDialog(): ReactNode {
  const shown = useDesk((state) => state.datasetDialog);
  const ready = useDesk((state) => state.phase === 'ready');
  useEffect(() => {
    if (shown && ready) void findStoredDatasets();
  }, [shown, ready]);
  return (
    <Dialog title="Images" shown={shown} onClose={closeImages}>
      <Progress />
      <Choices />
    </Dialog>
  );
}
