// The table of a race: where each search is now, and how it stands in the end, best first.
import type { CSSProperties, ReactNode } from 'react';
import type { Standing } from '../../math/standings';
import { race as words } from '../../words/en/race';
import { count } from '../../words/numbers';
import { classes } from '../parts/classes';
import { positionOf, roundRange } from '../parts/scale';
import tableStyles from '../parts/table.module.css';
import { MarkAt, MethodIcon } from '../plot/MethodIcon';
import { markOf } from '../plot/methodMarks';
import styles from './RaceView.module.css';
import { placeAt, type Race } from './raceData';

interface StandingsProps {
  readonly race: Race;
  /** The method that all are compared with. */
  readonly reference: string;
  /** Images that each run may have spent. */
  readonly images: number;
  labelOf(method: string): string;
}

const WIDTH = 84;
const HEIGHT = 16;

/** A difference with its interval, beside 0. */
function Interval({ standing, range }: { readonly standing: Standing; readonly range: [number, number] }): ReactNode {
  const { method, difference } = standing;
  if (difference === undefined) return null;
  const [from, to] = range;
  const x = (value: number) => 8 + (WIDTH - 16) * positionOf({ from, to }, value);
  const { mean, lower, upper } = difference;
  const known = Number.isFinite(lower);
  return (
    <svg className={styles.interval} width={WIDTH} height={HEIGHT} aria-hidden="true">
      <line className={styles.zero} x1={x(0)} x2={x(0)} y1={0} y2={HEIGHT} />
      {known && (
        <line x1={x(lower)} x2={x(upper)} y1={HEIGHT / 2} y2={HEIGHT / 2} style={{ stroke: markOf(method).color }} />
      )}
      <MarkAt method={method} x={x(mean)} y={HEIGHT / 2} />
    </svg>
  );
}

/** The table. */
export function Standings({ race, reference, images, labelOf }: StandingsProps): ReactNode {
  const { tracks, most, seeds, replayed } = race;
  const standings = race.standings.get(reference) ?? [];
  const ends = standings.flatMap(({ difference }) =>
    difference ? [difference.mean, difference.lower, difference.upper] : [],
  );
  const range = roundRange([0, ...ends]);
  return (
    <div className={styles.standings}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: keys scroll it where it is wider than the screen */}
      <section className={tableStyles.scroll} aria-label={words.caption} tabIndex={0}>
        <table className={classes(tableStyles.points, tableStyles.whole)}>
          <thead>
            <tr>
              <th scope="col">{words.method}</th>
              <th scope="col">{words.spent}</th>
              <th scope="col">{words.soFar}</th>
              <th scope="col">{words.accuracy}</th>
              <th scope="col">{words.against(labelOf(reference))}</th>
              <th scope="col">{words.rank}</th>
            </tr>
          </thead>
          <tbody>
            {standings.map((standing) => {
              const { method, accuracy, difference, rank, verdict } = standing;
              const track = tracks.get(method);
              const { spent, best } = track ? placeAt(track, images) : { spent: Number.NaN };
              const bar: CSSProperties = { inlineSize: `${(100 * spent) / most}%`, background: markOf(method).color };
              return (
                <tr key={method}>
                  <th scope="row">
                    <MethodIcon method={method} /> {labelOf(method)}
                  </th>
                  <td>
                    {count(spent)}
                    <span className={styles.bar} style={bar} />
                  </td>
                  <td>
                    {best !== undefined && words.percent(best)}
                    {best === undefined && replayed.length > 0 && <span className="note">{words.nothing}</span>}
                  </td>
                  <td>{words.share(accuracy)}</td>
                  <td className={verdict && styles[verdict]}>
                    <Interval standing={standing} range={range} />
                    {difference ? words.points(difference) : words.reference}
                  </td>
                  <td>{rank && words.place(rank)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      <p className="note">
        {words.intervals(seeds)} {standings.some(({ verdict }) => verdict === 'below') && words.causes}
      </p>
    </div>
  );
}
