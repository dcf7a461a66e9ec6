// The wide view "Race": precomputed runs of every search with the same budget, replayed over the images that they spent, and how
// the searches stand in the end. Opened by `#race`. The runs are the lines of docs/race.jsonl.
import { type ReactNode, useState } from 'react';
import text from '../../../docs/race.jsonl?raw';
import { datasets } from '../../data/registry';
import { setRaceShown } from '../../store/state/view';
import { said } from '../../words/en/declared';
import { race as words } from '../../words/en/race';
import { networks } from '../../zoo/registry';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import styles from './RaceView.module.css';
import { Replay } from './Replay';
import { budgetOf, type Race, readRaces } from './raceData';
import { Standings } from './Standings';
import { usePlaying } from './usePlaying';

const RACES = readRaces(text);
const LIMITS = RACES.map(({ one }) => one.limit);
const VERDICTS = ['above', 'open', 'below'] as const;

interface RaceProps {
  readonly race: Race;
  /** The method that all are compared with. */
  readonly reference: string;
  labelOf(method: string): string;
}

/** What can be told from the reference, and at which budget. */
function Conclusion({ race, reference, labelOf }: RaceProps): ReactNode {
  const { one } = race;
  const standings = race.standings.get(reference) ?? [];
  const { n, unit } = budgetOf(one.budget);
  const named = (verdict: string) =>
    standings.filter((standing) => standing.verdict === verdict).map(({ method }) => labelOf(method));
  return (
    <ul className={styles.verdicts}>
      {VERDICTS.filter((verdict) => named(verdict).length > 0).map((verdict) => (
        <li key={verdict} className={styles[verdict]}>
          {words.verdicts[verdict](words.budget(n, unit), labelOf(reference), named(verdict).join(', '))}
        </li>
      ))}
    </ul>
  );
}

/** One limit's race; it begins anew at another limit. */
function OneRace(props: RaceProps): ReactNode {
  const playing = usePlaying(props.race.most);
  return (
    <div className={styles.race}>
      <Replay {...props} playing={playing} />
      <Standings {...props} images={playing.images} />
    </div>
  );
}

export default function RaceView(): ReactNode {
  const [shown, setShown] = useState(LIMITS[0]);
  const [asked, setAsked] = useState('uniform');
  const race = RACES.find(({ one }) => one.limit === shown) ?? RACES[0];
  const labelOf = (method: string) => said(race.labels.get(method) ?? method);
  const { one } = race;
  const { n, unit } = budgetOf(one.budget);
  const references = [...race.standings.keys()];
  const reference = references.includes(asked) ? asked : references[0];
  return (
    <Panel
      label={words.title}
      className={styles.view}
      note={words.precomputed(one.program)}
      tools={
        <>
          <Segmented
            small
            legend={words.limit}
            options={LIMITS.map((value) => ({ value, label: words.times(value) }))}
            value={one.limit}
            onChange={setShown}
          />
          <Segmented
            small
            legend={words.comparedWith}
            options={references.map((value) => ({ value, label: labelOf(value) }))}
            value={reference}
            onChange={setAsked}
          />
          <button type="button" onClick={() => setRaceShown(false)}>
            {words.close}
          </button>
        </>
      }
    >
      <p>
        {words.about(
          words.budget(n, unit),
          networks[one.network].label,
          datasets[one.dataset].label,
          words.times(one.limit),
          said(one.finish),
          one.n,
        )}
      </p>
      <Conclusion race={race} reference={reference} labelOf={labelOf} />
      <OneRace key={one.limit} race={race} reference={reference} labelOf={labelOf} />
    </Panel>
  );
}
