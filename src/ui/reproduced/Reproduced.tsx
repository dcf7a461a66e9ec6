// The wide view "Reproduced": integer programs of two papers, solved here and compared. Opened by `#reproduced`.
import type { ReactNode } from 'react';
import type { TimedPaper } from '../../engine/protocol/measuring';
import { PAPER_IDS } from '../../optim/papers/ids';
import { solvePapers, stopPapers } from '../../store/reproduced/reproduced';
import { NOT_SOLVED } from '../../store/state/reproducedSlice';
import { setReproducedShown } from '../../store/state/view';
import { reproduced as words } from '../../words/en/reproduced';
import { fixed, percent } from '../../words/numbers';
import { classes } from '../parts/classes';
import { Panel } from '../parts/Panel';
import tableStyles from '../parts/table.module.css';
import { useDesk } from '../parts/useDesk';
import styles from './Reproduced.module.css';

function Program({ solved }: { readonly solved: TimedPaper }): ReactNode {
  const { id, penalty, known, optimal, nodes, seconds, same, of, widths } = solved;
  const [weights, activations] = [widths.weights.join(' '), widths.activations.join(' ')];
  const isLimpq = id.paper === 'limpq';
  return (
    <tr>
      <th scope="row">
        {isLimpq ? words.limpq[id.positions] : words.hawq[id.kind]}
        <span className="note">{isLimpq ? words.limpqNote[id.positions] : words.fraction(percent(id.fraction))}</span>
      </th>
      <td>
        {same === undefined || of === undefined ? words.notPublished : <b>{words.same(same, of)}</b>}
        <span className="note">{words.bits(weights)}</span>
        {isLimpq && <span className="note">{words.activations(activations)}</span>}
      </td>
      <td>
        {fixed(penalty, 6)}
        <span className="note">{words.known(known)}</span>
      </td>
      <td>
        {words.seconds(seconds)}
        <span className="note">{optimal ? words.proved(nodes) : words.unproved(nodes)}</span>
      </td>
    </tr>
  );
}

export default function Reproduced(): ReactNode {
  const { running, found, problem } = useDesk(({ reproduced }) => reproduced ?? NOT_SOLVED);
  const isReady = useDesk(({ backend }) => backend !== null);
  const all = PAPER_IDS.length;
  return (
    <Panel
      label={words.title}
      className={styles.reproduced}
      tools={
        <button
          type="button"
          onClick={() => {
            stopPapers();
            setReproducedShown(false);
          }}
        >
          {words.close}
        </button>
      }
    >
      <p>{words.about}</p>
      <div className="buttons">
        <button
          type="button"
          className="primary"
          disabled={!isReady}
          onClick={() => (running ? stopPapers() : void solvePapers())}
        >
          {running ? words.stop : found.length > 0 ? words.again : words.start}
        </button>
        <span className="note" role="status">
          {running ? words.running(found.length, all) : found.length > 0 && words.done(found.length, all)}
        </span>
      </div>
      {problem !== null && <p role="alert">{words.failed(problem)}</p>}
      {found.length > 0 && (
        <table className={classes(tableStyles.points, tableStyles.whole)}>
          <caption>{words.caption}</caption>
          <thead>
            <tr>
              <th scope="col">{words.program}</th>
              <th scope="col">{words.widths}</th>
              <th scope="col">{words.sum}</th>
              <th scope="col">{words.effort}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((solved) => (
              <Program key={JSON.stringify(solved.id)} solved={solved} />
            ))}
          </tbody>
        </table>
      )}
      <p className="note">{words.more}</p>
    </Panel>
  );
}
