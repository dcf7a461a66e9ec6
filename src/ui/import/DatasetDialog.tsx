// Where the images come from: embedded, CIFAR-10 by drop, pick or download, other files of data, or a folder of one's own.
import { type ReactNode, useEffect, useState } from 'react';
import { type DatasetId, datasets } from '../../data/registry';
import type { DataSource } from '../../engine/protocol/opening';
import { openFiles } from '../../store/import/dropped';
import type { PathFile } from '../../store/import/importing';
import { findStoredDatasets } from '../../store/network/datasets';
import { cancelOpening, openDataset } from '../../store/network/session';
import { closeImages } from '../../store/state/view';
import { said } from '../../words/en/declared';
import { images } from '../../words/en/images';
import { sizeInWords } from '../../words/numbers';
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
    const write = loading.unit === 'bytes' ? sizeInWords : images.count;
    const phase = said(loading.phase);
    const { done, total } = loading;
    return (
      <div className={choicesStyles.loading}>
        <progress value={total ? done : undefined} max={total ?? 1} aria-label={phase} />
        <span>{images.loading(phase, write(done), total ? write(total) : undefined)}</span>
        <button type="button" onClick={cancelOpening}>
          {images.cancel}
        </button>
      </div>
    );
  }
  if (error === null) return null;
  return (
    <p className={choicesStyles.problem} role="alert">
      {images.kept(error)}
    </p>
  );
}

function StoredCopy({ dataset, label = images.stored }: { dataset: DatasetId; label?: string }): ReactNode {
  const stored = useDesk((state) => state.storedDatasets.includes(dataset));
  return (
    stored && (
      <button type="button" onClick={() => open(dataset, { kind: 'stored' })}>
        {label}
      </button>
    )
  );
}

function Choices(): ReactNode {
  const [url, setUrl] = useState(CIFAR_URL);
  return (
    <div className={choicesStyles.choices}>
      <section>
        <h3>{images.emoji}</h3>
        <p>{images.emojiAbout}</p>
        <button type="button" onClick={() => open('emoji10')}>
          {images.emojiUse}
        </button>
      </section>
      <section>
        <h3>{images.words}</h3>
        <p>{images.wordsAbout}</p>
        <button type="button" onClick={() => open('words12')}>
          {images.wordsUse}
        </button>
      </section>
      <section>
        <h3>{images.cifar}</h3>
        <p>{images.cifarAbout}</p>
        <div className="buttons">
          <FilePicker label={images.chooseFiles} onFiles={openWith('cifar10')} />
          <FilePicker label={images.chooseFolder} folder onFiles={openWith('cifar10')} />
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
            <span>{images.address}</span>
            <input type="url" required value={url} onChange={(event) => setUrl(event.target.value)} />
          </label>
          <button type="submit">{images.fetch}</button>
        </form>
      </section>
      <section>
        <h3>{images.files}</h3>
        <p>{images.filesAbout}</p>
        <div className="buttons">
          <FilePicker label={images.filesChoose} onFiles={(files) => void openFiles(files)} />
          <StoredCopy dataset="cifar100" label={images.storedOf(datasets.cifar100.label)} />
          <StoredCopy dataset="idx" label={images.storedOf(images.idx)} />
        </div>
      </section>
      <section>
        <h3>{images.own}</h3>
        <p>{images.ownAbout}</p>
        <div className="buttons">
          <FilePicker label={images.ownChoose} folder onFiles={openWith('folder')} />
          <StoredCopy dataset="folder" />
        </div>
      </section>
    </div>
  );
}

/** The dialog "Images". */
export default function DatasetDialog(): ReactNode {
  const shown = useDesk((state) => state.datasetDialog);
  const ready = useDesk((state) => state.phase === 'ready');
  useEffect(() => {
    if (shown && ready) void findStoredDatasets();
  }, [shown, ready]);
  return (
    <Dialog title={images.title} shown={shown} onClose={closeImages}>
      <Progress />
      <Choices />
    </Dialog>
  );
}
