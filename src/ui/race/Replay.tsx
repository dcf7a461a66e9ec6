// The replay: the best accuracy so far of every search over the images spent, with its play button and its slider.
import type { ReactNode } from 'react';
import { race as words } from '../../words/en/race';
import { prefixed, upTo } from '../../words/numbers';
import chartStyles from '../parts/chart.module.css';
import { Frame } from '../parts/Frame';
import { linearScale, type PlotArea, roundRange } from '../parts/scale';
import { useMedia } from '../parts/useDesk';
import { MarkAt } from '../plot/MethodIcon';
import { markOf } from '../plot/methodMarks';
import styles from './RaceView.module.css';
import { placeAt, type Race, type Track } from './raceData';
import type { usePlaying } from './usePlaying';

interface ReplayProps {
  readonly race: Race;
  readonly playing: ReturnType<typeof usePlaying>;
  labelOf(method: string): string;
}

interface WayProps {
  readonly method: string;
  readonly track: Track;
  readonly images: number;
  readonly area: PlotArea;
}

/** The way of a search up to here, with its mark at the end; nothing before its first measurement. */
function Way({ method, track, images, area: { x, y } }: WayProps): ReactNode {
  const { best } = placeAt(track, images);
  if (best === undefined) return null;
  const steps = track.steps.filter((step) => step.images <= images);
  const path = steps.map((step, i) =>
    i === 0 ? `M${x(step.images)},${y(step.accuracy)}` : `H${x(step.images)}V${y(step.accuracy)}`,
  );
  const end = x(Math.min(images, Math.max(...track.ends)));
  return (
    <>
      <path className={styles.line} d={`${path.join('')}H${end}`} style={{ stroke: markOf(method).color }} />
      <MarkAt method={method} x={end} y={y(best)} />
    </>
  );
}

/** Chart and controls. Where motion is unwelcome, the slider alone moves it. */
export function Replay({ race, playing, labelOf }: ReplayProps): ReactNode {
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const { tracks, most, replayed, validation } = race;
  const { images, isPlaying, play, pause, go } = playing;
  if (replayed.length === 0 || validation === undefined) return <p className="note">{words.noReplay}</p>;
  const all = [...tracks];
  const range = roundRange(
    all.flatMap(([, { steps }]) => steps.map(({ accuracy }) => accuracy)),
    2,
  );
  const places = all.map(([method, track]) => words.curve(labelOf(method), placeAt(track, images).best));
  return (
    <div className={styles.replay}>
      <div className={styles.controls}>
        {!still && (
          <button type="button" className="primary" onClick={isPlaying ? pause : play}>
            {isPlaying ? words.pause : words.play}
          </button>
        )}
        <input
          type="range"
          aria-label={words.spentBy}
          min={0}
          max={most}
          step={most / 100}
          value={images}
          aria-valuetext={words.at(images, most)}
          onChange={({ target }) => go(target.valueAsNumber)}
        />
        <span aria-hidden="true">{words.now(images)}</span>
      </div>
      <Frame
        says={words.says(places)}
        x={linearScale(words.images, [0, most], { format: prefixed })}
        y={linearScale(words.best, range, { format: (value) => upTo(value, 2) })}
      >
        {(area) => (
          <>
            {images < most && (
              <line
                className={chartStyles.limit}
                x1={area.x(images)}
                x2={area.x(images)}
                y1={area.top}
                y2={area.bottom}
              />
            )}
            {all.map(([method, track]) => (
              <Way key={method} method={method} track={track} images={images} area={area} />
            ))}
          </>
        )}
      </Frame>
      <p className="note">{words.replayed(validation, replayed)}</p>
    </div>
  );
}
