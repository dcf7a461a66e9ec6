// MetaQuantNet at work: the generations of its genetic search on the plane of accuracy and memory, one at a time, with what
// came before in the background.
import { type ReactNode, useMemo, useState } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { KB } from '../../graph/size';
import { runFits } from '../../store/search/selectors';
import type { SearchRun } from '../../store/state/searchRun';
import { said } from '../../words/en/declared';
import { insides } from '../../words/en/insides';
import { plot } from '../../words/en/plot';
import chartStyles from '../parts/chart.module.css';
import { Frame } from '../parts/Frame';
import { linearScale, roundRange } from '../parts/scale';
import { useDesk } from '../parts/useDesk';
import methodIconStyles from '../plot/MethodIcon.module.css';
import styles from './Population.module.css';
import { bestDot, type Dot, generationsOf, ORIGINS } from './populationData';

const SHAPES: Readonly<Record<Dot['origin'], readonly [path: string, color: string]>> = {
  r: ['M-3.5,0a3.5,3.5 0 1 0 7,0a3.5,3.5 0 1 0 -7,0Z', 'var(--edge)'],
  m: ['M0,-5L4.5,3.5H-4.5Z', 'var(--oi-green)'],
  c: ['M0,-5L5,0L0,5L-5,0Z', 'var(--oi-purple)'],
  s: ['M-4,-4H4V4H-4Z', 'var(--oi-blue)'],
};
const LETTERS = Object.keys(ORIGINS) as Dot['origin'][];

const counted = (dots: readonly Dot[]) =>
  LETTERS.map((letter) => ({ letter, count: dots.filter(({ origin }) => origin === letter).length })).filter(
    ({ count }) => count > 0,
  );

function words(generations: readonly (readonly Dot[])[], at: number): string {
  const dots = generations[at];
  const best = bestDot(dots);
  const before = generations.slice(0, at).flat();
  const origins = counted(dots).map(({ letter, count }) => insides.population.origin(count, said(ORIGINS[letter])));
  const earlier = before.length > 0 ? bestDot(before).accuracy : undefined;
  return insides.population.says(at + 1, generations.length, origins, best, earlier);
}

interface PlaneProps {
  readonly generations: readonly (readonly Dot[])[];
  readonly at: number;
  /** KB that no policy may exceed, if memory is limited. */
  readonly limit: number | undefined;
}

/** One generation; the axes are those of all, so that nothing jumps from one to the next. */
function Plane({ generations, at, limit }: PlaneProps): ReactNode {
  const all = generations.flat();
  const kilobytes = roundRange([...all.map(({ memory }) => memory / KB), ...(limit === undefined ? [] : [limit])]);
  const accuracies = roundRange(
    all.map(({ accuracy }) => accuracy),
    2,
  );
  return (
    <Frame
      says={words(generations, at)}
      x={linearScale(plot.size, kilobytes, { most: 6 })}
      y={linearScale(insides.population.accuracy, accuracies)}
    >
      {({ x, y, top, bottom }) => {
        const pointOf = ({ memory, accuracy }: Dot) => `${x(memory / KB)},${y(accuracy)}`;
        const before = generations.slice(0, at).flat();
        return (
          <>
            {limit !== undefined && (
              <line className={chartStyles.limit} x1={x(limit)} x2={x(limit)} y1={top} y2={bottom} />
            )}
            <path className={styles.earlier} d={before.map((dot) => `M${pointOf(dot)}h0`).join('')} />
            {generations[at].map((dot, i) => (
              <path
                key={i}
                className={methodIconStyles.mark}
                d={SHAPES[dot.origin][0]}
                transform={`translate(${pointOf(dot)})`}
                style={{ fill: SHAPES[dot.origin][1] }}
              />
            ))}
          </>
        );
      }}
    </Frame>
  );
}

function Key({ dots, earlier, limited }: { dots: readonly Dot[]; earlier: boolean; limited: boolean }): ReactNode {
  return (
    <p className={chartStyles.legend} aria-hidden="true">
      {counted(dots).map(({ letter }) => (
        <span key={letter} className={chartStyles.entry}>
          <svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
            <path d={SHAPES[letter][0]} style={{ fill: SHAPES[letter][1] }} />
          </svg>{' '}
          {said(ORIGINS[letter])}
        </span>
      ))}
      {earlier && <span>{insides.population.earlier}</span>}
      {limited && <span>{insides.population.limit}</span>}
    </p>
  );
}

interface PopulationProps {
  readonly run: SearchRun;
  readonly inside: Extract<Inside, { kind: 'population' }>;
}

/** The latest generation, or the one that a person has chosen with the slider. */
export function Population({ run, inside }: PopulationProps): ReactNode {
  const architecture = useDesk((desk) => desk.architecture);
  const fits = useDesk((desk) => runFits(run, desk));
  const [chosen, setChosen] = useState<number>();
  const generations = useMemo(
    () => (fits ? generationsOf(run, inside, architecture) : []),
    [fits, run, inside, architecture],
  );
  const { loss } = inside;
  const last = generations.length - 1;
  if (last < 0) return loss !== undefined && <p className="note">{insides.population.sharedLoss(loss)}</p>;
  const at = Math.min(chosen ?? last, last);
  const [limit] = run.setting.limits.filter(({ measure }) => measure === 'memory');
  return (
    <>
      {last > 0 && (
        <label className={styles.generation}>
          <span>{insides.population.generation}</span>
          <input
            type="range"
            min={1}
            max={last + 1}
            value={at + 1}
            aria-valuetext={words(generations, at)}
            // At its end the slider follows the search.
            onChange={({ target }) => setChosen(target.valueAsNumber > last ? undefined : target.valueAsNumber - 1)}
          />
          <span aria-hidden="true">{insides.population.of(at + 1, last + 1)}</span>
        </label>
      )}
      <Plane generations={generations} at={at} limit={limit && limit.most / KB} />
      <Key dots={generations[at]} earlier={at > 0} limited={limit !== undefined} />
      <p className="note">{words(generations, at)}</p>
    </>
  );
}
