// A button that lets a person choose files, or a folder with all that is in it.
import { type ReactNode, useId } from 'react';
import type { PathFile } from '../../store/import/importing';
import { classes } from './classes';
import { pickedFiles } from './droppedFiles';
import styles from './FilePicker.module.css';

interface FilePickerProps {
  readonly label: string;
  readonly folder?: boolean;
  /** True for one file only. */
  readonly single?: boolean;
  /** The kinds of files offered first, as in the HTML attribute. */
  readonly accept?: string;
  onFiles(files: readonly PathFile[]): void;
}

export function FilePicker({ label, folder = false, single = false, accept, onFiles }: FilePickerProps): ReactNode {
  const id = useId();
  return (
    <label htmlFor={id} className={classes('button', styles.picker)}>
      {label}
      <input
        id={id}
        type="file"
        multiple={!single}
        accept={accept}
        {...(folder ? { webkitdirectory: '' } : {})}
        onChange={(event) => {
          const files = pickedFiles(event.target.files);
          if (files.length > 0) onFiles(files);
          event.target.value = '';
        }}
      />
    </label>
  );
}
