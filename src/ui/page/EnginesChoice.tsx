// What computes: chosen, or measured on this device.
import type { ReactNode } from 'react';
import { choosable, chooseEngines } from '../../store/engines/engines';
import { type Engines, fastest } from '../../store/state/engines';
import { status } from '../../words/en/status';
import { useDesk } from '../parts/useDesk';
import styles from './StatusLine.module.css';

const keyOf = ({ backend, workers }: Engines) => `${backend} ${workers}`;
const labelOf = ({ backend, workers }: Engines) => status.engine(backend, workers);

/** A select in the status line. */
export default function EnginesChoice(): ReactNode {
  const backend = useDesk((desk) => desk.backend);
  const { choice, race } = useDesk((desk) => desk.engines);
  if (backend === null) return null;
  const found = race && fastest(race);
  const all = choosable(backend);
  // A choice made where there were more of them.
  if (choice !== 'automatic' && !all.some((one) => keyOf(one) === keyOf(choice))) all.push(choice);
  const later = found !== null && found.backend !== backend.name;
  const automatic = found === null ? status.unmeasured : later ? status.laterEngine(labelOf(found)) : labelOf(found);
  return (
    <select
      className={styles.choice}
      aria-label={status.engines}
      value={choice === 'automatic' ? choice : keyOf(choice)}
      onChange={({ target: { value } }) => chooseEngines(all.find((one) => keyOf(one) === value) ?? 'automatic')}
    >
      <option value="automatic">{status.automatic(automatic)}</option>
      {all.map((one) => (
        <option key={keyOf(one)} value={keyOf(one)}>
          {labelOf(one)}
        </option>
      ))}
    </select>
  );
}
