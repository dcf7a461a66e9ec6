// A QR code of a link: dark on white in every theme, as scanners want it. Loaded when somebody shares.
import type { ReactNode } from 'react';
import styles from './QrCode.module.css';
import { qrModules, qrPath } from './qrModules';

/** The code as a picture named `label`. */
export default function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const modules = qrModules(text);
  return (
    <svg className={styles.qr} role="img" aria-label={label} viewBox={`0 0 ${modules.length} ${modules.length}`}>
      <path fill="#fff" d={`M0 0h${modules.length}v${modules.length}H0z`} />
      <path fill="#000" shapeRendering="crispEdges" d={qrPath(modules)} />
    </svg>
  );
}
