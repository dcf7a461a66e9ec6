// The images that flipped among all that were measured: what the float network sees in them, and what this policy does.
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import type { Measurement } from '../../engine/protocol/measuring';
import type { DatasetSummary } from '../../engine/protocol/opening';
import { samePolicy } from '../../graph/policy';
import { chooseImage } from '../../store/inspect/activations';
import { attributeImages, followAttribution } from '../../store/inspect/attribution';
import { wishPictures } from '../../store/measure/pictures';
import { isFloatNetwork, missing } from '../../store/measure/selectors';
import { isHidden } from '../../store/state/shared';
import { setInspector } from '../../store/state/view';
import { changes } from '../../words/en/changes';
import { names } from '../../words/en/names';
import { classes } from '../parts/classes';
import { goTo } from '../parts/goTo';
import { Panel } from '../parts/Panel';
import { Segmented } from '../parts/Segmented';
import { useDesk } from '../parts/useDesk';
import { FlipCard, type ShownImage } from './FlipCard';
import { type Flip, type FlipFilter, flipInWords, flipsOf, unflipped } from './flips';
import styles from './WhatChanged.module.css';

/** Images shown at first, and more with each "Show more". */
const PAGE = 18;

/** Up to `most` flips, and images that did not flip where less than a page of them did. */
function shownOf(
  flips: readonly Flip[],
  latest: Measurement | null,
  filter: FlipFilter,
  most: number,
  { classes, test }: DatasetSummary,
): ShownImage[] {
  const name = (index: number) => classes[index] ?? String(index);
  const flipped = flips.slice(0, most).map((flip) => ({
    index: flip.index,
    words: flipInWords(flip, classes),
    seen: [name(flip.float), name(flip.now)] as const,
    flip,
  }));
  const room = filter === 'all' ? PAGE - flipped.length : 0;
  const others = unflipped(latest?.flips, room, latest?.accuracy.n ?? test).map((index) => {
    const seen = latest?.predictions[index];
    if (seen === undefined) return { index, words: changes.unmeasured(index) };
    return { index, words: changes.unchanged(index, name(seen)), seen: [name(seen), name(seen)] as const };
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
      <ul className={classes(styles.cards, stale && styles.stale)}>
        {/* By place, so that no card moves when another image comes before it. */}
        {shown.map((one, place) => (
          <FlipCard
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
  readonly of: ShownImage | undefined;
  /** Whether an image was chosen here. The way to its activations stays while the pointer crosses other tiles. */
  readonly picked: boolean;
  readonly none: 'lost' | 'gained' | undefined;
}): ReactNode {
  const datasetId = useDesk((state) => state.datasetId);
  const isFloat = useDesk(isFloatNetwork);
  const noLayer = useDesk((state) => isHidden(state, 'layer'));
  return (
    <div className={styles.description}>
      <p className="note">
        {of?.words ?? (none ? changes.none[none] : changes.caption(isFloat))}
        {datasetId === 'words12' && !of && ` ${changes.spectrograms}`}
        {datasetId === 'emoji10' && !of && (
          <>
            {' '}
            <a href="emoji10/LICENSES.html">{changes.artwork}</a>
          </>
        )}
      </p>
      {picked && !noLayer && (
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
