// The wide view "Ranking": hand-ins of a room, measured on this device, best first.
import { type ReactNode, useId, useState } from 'react';
import { addHandIns, measureHandIns, removeHandIns, type Standing, standings } from '../../store/challenges/handIns';
import { stopSeries } from '../../store/measure/measuring';
import { latest } from '../../store/measure/selectors';
import { setPolicy } from '../../store/policy/actions';
import type { Challenge } from '../../store/state/challenges';
import { type Desk, desk } from '../../store/state/desk';
import { challenges as words } from '../../words/en/challenges';
import { fixed, percent, plusMinus, sizeInWords } from '../../words/numbers';
import { classes } from '../parts/classes';
import { csvText } from '../parts/csv';
import { FilePicker } from '../parts/FilePicker';
import { Panel } from '../parts/Panel';
import { saveFile } from '../parts/saveFile';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';
import { taskInWords, verdictInWords } from './challengeWords';
import styles from './Ranking.module.css';

const ranked = latest(
  (
    architecture: Desk['architecture'],
    measured: Desk['measured'],
    network: Desk['network'],
    handIns: Desk['handIns'],
    networkId: Desk['networkId'],
    datasetId: Desk['datasetId'],
    challenge: Desk['challenge'],
  ) => standings({ architecture, measured, network, handIns, networkId, datasetId, challenge }),
);
const rankedOf = (now: Desk) =>
  ranked(now.architecture, now.measured, now.network, now.handIns, now.networkId, now.datasetId, now.challenge);

/** The ranking as a file for a spreadsheet. */
function csvOf(rows: readonly Standing[], challenge: Challenge): string {
  return csvText([
    [
      'place',
      'name',
      'accuracy_percent',
      'n',
      'lower_percent',
      'upper_percent',
      'size_bytes',
      'points_lost',
      'verdict',
      'link',
    ],
    ...rows.map(({ rank, by, accuracy, bytes, lost, fault, link, met }) => [
      ...[rank ?? '', by],
      ...(accuracy
        ? [accuracy.value, accuracy.n, accuracy.lower, accuracy.upper].map((value, i) =>
            i === 1 ? value : Number((100 * value).toFixed(4)),
          )
        : ['', '', '', '']),
      ...[bytes ?? '', lost === undefined ? '' : Number(lost.toFixed(4))],
      fault ??
        verdictInWords(challenge, {
          bytes: bytes ?? 0,
          ...(met !== undefined && { met }),
          ...(accuracy && { accuracy }),
          ...(lost !== undefined && { lost }),
        }),
      `${location.origin}${location.pathname}#${link}`,
    ]),
  ]);
}

/** Takes links from the clipboard, or from files. */
function Adding(): ReactNode {
  const id = useId();
  const [text, setText] = useState('');
  const [told, setTold] = useState('');
  function add(texts: readonly string[]): void {
    const { found, added } = addHandIns(texts);
    setTold(found === 0 ? words.nothingFound : words.added(added, found));
    if (found > 0) setText('');
  }
  return (
    <div className={styles.adding}>
      <label htmlFor={id}>{words.paste}</label>
      <textarea id={id} rows={2} value={text} spellCheck={false} onChange={(event) => setText(event.target.value)} />
      <div className="buttons">
        <button type="button" disabled={text.trim() === ''} onClick={() => add([text])}>
          {words.add}
        </button>
        <FilePicker
          label={words.openFiles}
          accept=".txt,text/plain"
          onFiles={(files) => void Promise.all(files.map(({ file }) => file.text())).then(add)}
        />
        <span className="note" role="status">
          {told}
        </span>
      </div>
    </div>
  );
}

function Row({ row, challenge }: { readonly row: Standing; readonly challenge: Challenge }): ReactNode {
  const { rank, by, accuracy, bytes, lost, met, fault, policy, link } = row;
  return (
    <tr>
      <td>{rank}</td>
      <th scope="row">{by}</th>
      <td>{accuracy && `${percent(accuracy.value)} ${plusMinus(accuracy)}`}</td>
      <td>{bytes !== undefined && sizeInWords(bytes)}</td>
      <td>{lost !== undefined && fixed(lost, 1)}</td>
      <td>
        {fault ??
          verdictInWords(challenge, {
            bytes: bytes ?? 0,
            ...(accuracy && { accuracy }),
            ...(lost !== undefined && { lost }),
            ...(met !== undefined && { met }),
          })}
      </td>
      <td>
        <div className="buttons">
          {policy && (
            <button type="button" aria-label={words.loadOf(by)} onClick={() => setPolicy(policy)}>
              {words.load}
            </button>
          )}
          <button type="button" aria-label={words.removeOf(by)} onClick={() => removeHandIns([link])}>
            {words.remove}
          </button>
        </div>
      </td>
    </tr>
  );
}

/** The ranking of the challenge that is taken. */
export default function Ranking(): ReactNode {
  const rows = useDesk(rankedOf);
  const challenge = useDesk((now) => now.challenge);
  const left = useDesk((now) => now.seriesLeft);
  const ready = useDesk((now) => now.network !== null);
  const images = useDesk((now) => now.dataset?.test ?? 0);
  if (challenge === null) return null;
  const people = new Set(rows.filter(({ fault }) => !fault).map(({ by }) => by.toLocaleLowerCase())).size;
  const meeting = rows.filter(({ rank }) => rank !== undefined).length;
  const waiting = rows.filter(({ fault, accuracy }) => !fault && !accuracy).length;
  return (
    <Panel
      label={words.ranking}
      className={styles.ranking}
      note={taskInWords(challenge)}
      tools={
        <>
          {left > 0 ? (
            <>
              <span className="note">{words.measuring(left)}</span>
              <button type="button" onClick={stopSeries}>
                {words.stop}
              </button>
            </>
          ) : (
            waiting > 0 && (
              <button type="button" disabled={!ready} onClick={measureHandIns}>
                {words.measure}
              </button>
            )
          )}
          {rows.length > 0 && (
            <>
              <button
                type="button"
                onClick={() =>
                  saveFile(new Blob([csvOf(rankedOf(desk.getState()), challenge)], { type: 'text/csv' }), words.csvName)
                }
              >
                {words.csv}
              </button>
              <button type="button" onClick={() => removeHandIns()}>
                {words.clear}
              </button>
            </>
          )}
        </>
      }
    >
      <Adding />
      {rows.length > 0 && (
        <>
          <p className="note" role="status">
            {words.beats(meeting, people, waiting)} {rows[0].rank === 1 && waiting === 0 && words.leads(rows[0].by)}{' '}
            {words.onImages(images)}
          </p>
          <div className={tableStyles.scroll}>
            <table className={classes(tableStyles.points, tableStyles.whole)}>
              <thead>
                <tr>
                  {[words.place, words.person, words.accuracy, words.size, words.loses, words.verdict].map((head) => (
                    <th key={head} scope="col">
                      {head}
                    </th>
                  ))}
                  <td />
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <Row key={row.link} row={row} challenge={challenge} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </Panel>
  );
}
