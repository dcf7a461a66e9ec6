// The wide view "Speed": measures what this machine computes per second. Opened by `#bench`.
import { type ReactNode, useRef, useState } from 'react';
import type { SpeedSubject } from '../../engine/protocol/measuring';
import { browserName, measureSpeed, SPEED_NETWORKS, speedRow, stopSpeed } from '../../store/speed/speed';
import { NOT_MEASURED } from '../../store/state/speedSlice';
import { setSpeedShown } from '../../store/state/view';
import { parts } from '../../words/en/parts';
import { speed as words } from '../../words/en/speed';
import { networks } from '../../zoo/registry';
import { copyFrom } from '../parts/copyFrom';
import { Panel } from '../parts/Panel';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';
import styles from './SpeedView.module.css';

const WORKS = ['evaluation', 'training'] as const;

/** Images per second of a subject, and below it the batch size. */
function Rate({ network, work }: SpeedSubject): ReactNode {
  const found = useDesk(({ speed }) => speed?.found.find((one) => one.network === network && one.work === work));
  if (found === undefined) return <td className="note">{words.waits}</td>;
  return (
    <td>
      <b>{words.rate(found.imagesPerSecond)}</b> <span className="note">{words.batch(found.batchSize)}</span>
    </td>
  );
}

/** What can be added to the table of devices. */
function Row({ row }: { readonly row: string }): ReactNode {
  const field = useRef<HTMLTextAreaElement>(null);
  const [told, setTold] = useState('');
  return (
    <div className={styles.row}>
      <label htmlFor="speed-row">{words.row}</label>
      <textarea id="speed-row" ref={field} readOnly rows={3} value={row} />
      <div className="buttons">
        <button
          type="button"
          onClick={() => {
            if (field.current === null) return;
            void copyFrom(field.current).then((done) => setTold(done ? words.copied : parts.copyByHand));
          }}
        >
          {words.copy}
        </button>
        <span className="note" role="status">
          {told || words.rowHint}
        </span>
      </div>
    </div>
  );
}

export default function SpeedView(): ReactNode {
  const { running, found, problem } = useDesk(({ speed }) => speed ?? NOT_MEASURED);
  const backend = useDesk((desk) => desk.backend);
  const device = backend === null ? '' : `${backend.device} (${backend.name})`;
  const browser = browserName(navigator.userAgent);
  const all = SPEED_NETWORKS.length * WORKS.length;
  return (
    <Panel
      label={words.title}
      className={styles.speed}
      tools={
        <button
          type="button"
          onClick={() => {
            stopSpeed();
            setSpeedShown(false);
          }}
        >
          {words.close}
        </button>
      }
    >
      <p>{words.about}</p>
      <p>
        {device}, {browser}
      </p>
      <div className="buttons">
        <button
          type="button"
          className="primary"
          disabled={backend === null}
          onClick={() => (running ? stopSpeed() : void measureSpeed())}
        >
          {running ? words.stop : found.length > 0 ? words.again : words.start}
        </button>
        <span className="note" role="status">
          {running ? words.running(found.length, all) : found.length > 0 && words.done(found.length, all)}
        </span>
      </div>
      {problem !== null && <p role="alert">{words.failed(problem)}</p>}
      {found.length > 0 && (
        <table className={tableStyles.points}>
          <caption>{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.network}</th>
              <th scope="col">{words.evaluation}</th>
              <th scope="col">{words.training}</th>
            </tr>
          </thead>
          <tbody>
            {SPEED_NETWORKS.map((network) => (
              <tr key={network}>
                <th scope="row">{networks[network].label}</th>
                {WORKS.map((work) => (
                  <Rate key={work} network={network} work={work} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {!running && found.length > 0 && <Row row={speedRow(device, browser, found)} />}
    </Panel>
  );
}
