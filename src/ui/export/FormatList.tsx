// The formats of the dialog "Export", a row each.
import { type ReactNode, useId, useRef, useState } from 'react';
import { PYTHON_LOADER } from '../../formats/export/pythonLoader';
import { type Export, type ExportId, type ExportOptions, exports } from '../../formats/export/registry';
import { EXPORTING } from '../../options/exporting';
import { accuracyToState, setExportOption } from '../../store/export/exporting';
import type { MadeExport } from '../../store/state/exporting';
import { said } from '../../words/en/declared';
import { exporting } from '../../words/en/exporting';
import { parts } from '../../words/en/parts';
import { classes } from '../parts/classes';
import { copyFrom } from '../parts/copyFrom';
import { useDesk } from '../parts/useDesk';
import styles from './FormatList.module.css';

function Option({ name }: { readonly name: keyof ExportOptions }): ReactNode {
  const id = useId();
  const value = useDesk((state) => state.exporting?.options[name] ?? false);
  return (
    <label className={styles.check} htmlFor={id}>
      <input
        id={id}
        type="checkbox"
        checked={value}
        onChange={(event) => void setExportOption(name, event.target.checked)}
      />
      {said(EXPORTING[name].label)}
    </label>
  );
}

function Files({ made }: { readonly made: MadeExport | undefined }): ReactNode {
  const n = useDesk((state) => accuracyToState(state)?.n ?? 0);
  if (made === undefined) return <span className="note">{exporting.writing}</span>;
  if ('problem' in made)
    return (
      <p className={styles.problem} role="alert">
        {made.problem}
      </p>
    );
  return (
    <>
      {made.files.map(({ name, bytes, url }) => (
        <a key={name} className={classes('button', styles.file)} href={url} download={name}>
          <span>{name}</span> <small>{exporting.bytes(bytes)}</small>
        </a>
      ))}
      {made.files
        .flatMap(({ losses }) => losses)
        .map((loss) => (
          <span key={loss.of} className="note">
            {exporting.loss(loss)}
          </span>
        ))}
      {made.n < n && <span className="note">{made.n === 0 ? exporting.statesNothing : exporting.states(made.n)}</span>}
    </>
  );
}

function PythonReader(): ReactNode {
  const text = useRef<HTMLPreElement>(null);
  const [told, setTold] = useState('');
  async function copy(): Promise<void> {
    if (text.current !== null) setTold((await copyFrom(text.current)) ? exporting.copied : parts.copyByHand);
  }
  return (
    <details>
      <summary>{exporting.loader}</summary>
      <div className="buttons">
        <button type="button" onClick={() => void copy()}>
          {exporting.copy}
        </button>
        <span className="note" role="status">
          {told}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <pre ref={text} tabIndex={0}>
        {PYTHON_LOADER}
      </pre>
    </details>
  );
}

function Row({ id }: { readonly id: ExportId }): ReactNode {
  const { label, summary, options = [] }: Export = exports[id];
  const made = useDesk((state) => state.exporting?.made[id]);
  return (
    <li aria-label={said(label)}>
      <div>
        <h3>{said(label)}</h3>
        <p>{said(summary)}</p>
        {options.map((name) => (
          <Option key={name} name={name} />
        ))}
        {id === 'packed' && <PythonReader />}
      </div>
      <div className={styles.files}>
        <Files made={made} />
      </div>
    </li>
  );
}

export function FormatList(): ReactNode {
  const ready = useDesk((state) => Object.keys(state.exporting?.made ?? {}).length === Object.keys(exports).length);
  return (
    <>
      <p role="status" className="unseen">
        {ready ? exporting.ready : ''}
      </p>
      <ul className={styles.list}>
        {(Object.keys(exports) as ExportId[]).map((id) => (
          <Row key={id} id={id} />
        ))}
      </ul>
    </>
  );
}
