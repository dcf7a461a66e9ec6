// The dialog "Export": what the files will state, and a row for each format with its size and download.
import { type ReactNode, useEffect, useRef } from 'react';
import { quantizers } from '../../quant/registry';
import { accuracyToState, closeExports, writeExports } from '../../store/export/exporting';
import { costsOf } from '../../store/measure/costs';
import { networkLabel } from '../../store/network/own';
import { configName } from '../../words/config';
import { said } from '../../words/en/declared';
import { exporting } from '../../words/en/exporting';
import { Dialog } from '../parts/Dialog';
import { useDesk } from '../parts/useDesk';
import styles from './ExportDialog.module.css';
import { FormatList } from './FormatList';

/** What every file says of itself. */
function Stated(): ReactNode {
  const name = useDesk((state) => networkLabel(state.networkId));
  const images = useDesk((state) => state.dataset);
  const policy = useDesk((state) => state.policy);
  const quantizer = useDesk((state) => quantizers[state.scheme.quantizer].label);
  const memory = useDesk((state) => costsOf(state.architecture, state.policy, state.scheme).memory);
  const accuracy = useDesk(accuracyToState);
  return (
    <div className={styles.stated}>
      <p>
        <strong>{name}</strong>
        {exporting.stated(images?.label ?? '', configName(policy), said(quantizer), memory)}
      </p>
      <p className="note">
        {accuracy ? exporting.accuracy(accuracy, accuracy.n === images?.test) : exporting.unmeasured}
      </p>
    </div>
  );
}

function Content(): ReactNode {
  const measured = useDesk((state) => accuracyToState(state)?.n === state.dataset?.test);
  const policy = useDesk((state) => state.policy);
  const scheme = useDesk((state) => state.scheme);
  const network = useDesk((state) => state.network);
  const written = useRef<readonly unknown[]>([]);
  // What the files are made of: other files when it changes, and the same with the whole accuracy when it is measured.
  useEffect(() => {
    const made = [policy, scheme, network];
    const refresh = made.every((part, i) => part === written.current[i]);
    written.current = made;
    void writeExports(refresh);
  }, [measured, policy, scheme, network]);
  return (
    <>
      <Stated />
      <FormatList />
    </>
  );
}

/** The dialog "Export". */
export default function ExportDialog(): ReactNode {
  const shown = useDesk((state) => state.exporting !== null);
  return (
    <Dialog title={exporting.title} shown={shown} onClose={closeExports}>
      {shown && <Content />}
    </Dialog>
  );
}
