// The images that flipped among all that were measured: what the float network sees in them, and what this policy does.
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { LabeledImage, Measurement } from '../../engine/protocol/measuring';
import type { DatasetSummary } from '../../engine/protocol/opening';
import { samePolicy } from '../../graph/policy';
import { chooseImage } from '../../store/inspect/activations';
import { attributeImages, followAttribution } from '../../store/inspect/attribution';
import { wishPictures } from '../../store/measure/pictures';
import { isFloatNetwork, missing } from '../../store/measure/selectors';
import { setInspector } from '../../store/state/view';
import { changes } from '../../words/en/changes';
import { names } from '../../words/en/names';
import { classes } from '../parts/classes';
import { useMainCulprits } from '../parts/culprits';
import { goTo } from '../parts/goTo';
import { Panel } from '../parts/Panel';
import { Picture } from '../parts/Picture';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { type Flip, type FlipFilter, flipInWords, flipsOf, unflipped } from './flips';
import styles from './WhatChanged.module.css';

/** Tiles shown at first, and more with each "Show more". */
const PAGE = 18;
const SIGNS = { lost: '✗', gained: '✓', changed: '~' } as const;

/** An image to show: what is said of it in words, and in short under its picture. */
interface Shown {
  readonly index: number;
  readonly words: string;
  readonly lines: readonly string[];
  readonly flip?: Flip;
}

/** Up to `most` flips, and images that did not flip where less than a page of them did. */
function shownOf(
  flips: readonly Flip[],
  latest: Measurement | null,
  filter: FlipFilter,
  most: number,
  { classes, test }: DatasetSummary,
): Shown[] {
  const name = (index: number) => classes[index] ?? String(index);
  const flipped = flips.slice(0, most).map((flip) => ({
    index: flip.index,
    words: flipInWords(flip, classes),
    lines: [name(flip.float), `→ ${name(flip.now)}`],
    flip,
  }));
  const room = filter === 'all' ? PAGE - flipped.length : 0;
  const others = unflipped(latest?.flips, room, latest?.accuracy.n ?? test).map((index) => {
    const seen = latest?.predictions[index];
    if (seen === undefined) return { index, words: changes.unmeasured(index), lines: [] };
    return { index, words: changes.unchanged(index, name(seen)), lines: [name(seen)] };
  });
  return [...flipped, ...others];
}

function optionsOf(latest: Measurement | null): { value: FlipFilter; label: string }[] {
  return [
    { value: 'all', label: changes.filter.all(latest?.flips.index.length) },
    { value: 'lost', label: changes.filter.lost(latest?.againstFloat.lost) },
    { value: 'gained', label: changes.filter.gained(latest?.againstFloat.gained) },
  ];
}

interface TileProps extends Shown {
  readonly picture: LabeledImage | undefined;
  readonly chosen: boolean;
  onHover(index: number): void;
  onChoose(index: number): void;
}

/** The layers that flipped an image, in a line that keeps its height while they are found. */
function Who({ image }: { readonly image: number }): ReactNode {
  return <span className={classes(styles.caption, styles.who)}>{useMainCulprits(image) || '\u00a0'}</span>;
}

function Tile({ index, picture, words, lines, flip, chosen, onHover, onChoose }: TileProps): ReactNode {
  return (
    <li>
      <button
        type="button"
        className={classes(styles.tile, flip && styles[flip.kind])}
        aria-pressed={chosen}
        data-tip={words}
        onMouseEnter={() => onHover(index)}
        onFocus={() => onHover(index)}
        onClick={() => onChoose(index)}
      >
        {picture ? (
          <Picture image={picture} name={words} />
        ) : (
          <span className={styles.noPicture} role="img" aria-label={words} />
        )}
        {flip && (
          <>
            <span className={styles.sign} aria-hidden="true">
              {SIGNS[flip.kind]}
            </span>
            <span className={styles.margin} style={{ inlineSize: `${flip.margin * 100}%` }} />
          </>
        )}
        {lines.map((line, i) => (
          <span key={i} className={styles.caption} aria-hidden="true">
            {line}
          </span>
        ))}
        {flip && <Who image={index} />}
      </button>
    </li>
  );
}

function Tiles({ dataset, filter }: { readonly dataset: DatasetSummary; readonly filter: FlipFilter }): ReactNode {
  const latest = useDesk((state) => state.current);
  // While a new policy is being measured the former flips stay, dimmed, so that nothing flickers.
  const stale = useDesk((state) => state.current === null || !samePolicy(state.current.policy, state.policy));
  const pictures = useDesk((state) => state.pictures);
  const network = useDesk((state) => state.network);
  const chosen = useDesk((state) => state.image);
  const [most, setMost] = useState(PAGE);
  const [hovered, setHovered] = useState<number | null>(null);
  const [picked, setPicked] = useState<number | null>(null);
  const flips = useMemo(() => (latest ? flipsOf(latest.flips, filter) : []), [latest, filter]);
  const shown = shownOf(flips, latest, filter, most, dataset);
  const indices = shown.map(({ index }) => index).join();
  // Anew with another network, which may want its images in another size.
  useEffect(() => wishPictures(indices === '' ? [] : indices.split(',').map(Number)), [indices, network]);
  const flipped = shown.flatMap(({ index, flip }) => (flip ? [index] : []));
  const first = latest?.flips.index.includes(chosen) ? [chosen] : [];
  useEffect(() => attributeImages([...new Set([...first, ...flipped])]));
  useEffect(followAttribution, []);
  const described = shown.find(({ index }) => index === (hovered ?? picked));
  return (
    <>
      <ul className={classes(styles.tiles, stale && styles.stale)} onMouseLeave={() => setHovered(null)}>
        {/* By place, so that no tile moves when another image comes before it. */}
        {shown.map((one, place) => (
          <Tile
            key={place}
            {...one}
            picture={pictures[one.index]}
            chosen={one.index === chosen}
            onHover={setHovered}
            onChoose={(index) => {
              chooseImage(index);
              setPicked(index);
            }}
          />
        ))}
        {flips.length > most && (
          <li className={styles.more}>
            <button type="button" onClick={() => setMost(most + 2 * PAGE)}>
              {changes.more(flips.length - most)}
            </button>
          </li>
        )}
      </ul>
      <Description
        of={described}
        picked={picked === chosen}
        none={filter !== 'all' && flips.length === 0 && latest !== null ? filter : undefined}
      />
    </>
  );
}

/** The image under the pointer or chosen, in words, with the way to its activations; else what the tiles say. */
function Description({
  of,
  picked,
  none,
}: {
  readonly of: Shown | undefined;
  /** Whether an image was chosen here. The way to its activations stays while the pointer crosses other tiles. */
  readonly picked: boolean;
  readonly none: 'lost' | 'gained' | undefined;
}): ReactNode {
  const emoji = useDesk((state) => state.datasetId === 'emoji10');
  const isFloat = useDesk(isFloatNetwork);
  return (
    <div className={styles.description}>
      <p className="note">
        {of?.words ?? (none ? changes.none[none] : changes.caption(isFloat))}
        {emoji && !of && (
          <>
            {' '}
            <a href="emoji10/LICENSES.html">{changes.artwork}</a>
          </>
        )}
      </p>
      {picked && (
        <button
          type="button"
          onClick={() => {
            setInspector('activations');
            goTo('layer');
          }}
        >
          {changes.seeActivations}
        </button>
      )}
    </div>
  );
}

/** Region "What changed". */
export function WhatChanged(): ReactNode {
  const dataset = useDesk((state) => state.dataset);
  const latest = useDesk((state) => state.current);
  const lacks = useDesk(missing);
  const [filter, setFilter] = useState<FlipFilter>('all');
  const tools = (
    <Segmented
      small
      legend={changes.choice}
      options={optionsOf(latest)}
      value={filter}
      onChange={(next) => setFilter(next)}
    />
  );
  return (
    <Panel
      label={names.whatChanged}
      className={styles.panel}
      note={latest && changes.of(latest.accuracy.n)}
      tools={tools}
    >
      {dataset && lacks === null ? (
        <Tiles key={filter} dataset={dataset} filter={filter} />
      ) : (
        <p className="empty">{lacks === null ? changes.soon : changes.nothing[lacks]}</p>
      )}
    </Panel>
  );
}
