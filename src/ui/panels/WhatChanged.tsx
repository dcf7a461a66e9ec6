// Example images with what the float network and the current policy see in them; changed ones first.
import { type ReactNode, useState } from 'react';
import { chooseImage } from '../../store/inspectingActivations';
import { samePolicy } from '../../store/policyEdits';
import { Panel } from '../controls/Panel';
import { Picture } from '../controls/Picture';
import { count } from '../numbers';
import { useDesk } from '../useDesk';
import { type Flip, type FlipKind, flipsOf } from './flips';

const FEW = 18;
const WORDS: Readonly<Record<FlipKind, { sign: string; word: string }>> = {
  lost: { sign: '✗', word: 'lost' },
  gained: { sign: '✓', word: 'gained' },
  changed: { sign: '~', word: 'changed' },
  same: { sign: '', word: 'unchanged' },
  waiting: { sign: '…', word: 'not measured yet' },
};

function inWords({ image, now, kind }: Flip, classes: readonly string[]): string {
  const name = (index: number) => classes[index] ?? String(index);
  const verdict = (index: number) => `${name(index)} ${index === image.label ? '✓' : '✗'}`;
  const after = now === undefined ? '' : `, now ${verdict(now)}`;
  return `${name(image.label)}: float says ${verdict(image.float)}${after} (${WORDS[kind].word})`;
}

function Tile({
  flip,
  classes,
  chosen,
  onPreview,
}: {
  readonly flip: Flip;
  readonly classes: readonly string[];
  readonly chosen: boolean;
  onPreview(): void;
}): ReactNode {
  const { kind, image, now } = flip;
  const words = inWords(flip, classes);
  return (
    <li>
      <button
        type="button"
        className={`tile ${kind}`}
        aria-label={words}
        aria-pressed={chosen}
        title={words}
        onMouseEnter={onPreview}
        onFocus={onPreview}
        onClick={() => chooseImage(image.index)}
      >
        <Picture image={image} name={classes[image.label] ?? `image ${image.index}`} />
        {WORDS[kind].sign !== '' && <span className="sign">{WORDS[kind].sign}</span>}
        <span className="caption">{classes[now ?? image.float] ?? ''}</span>
      </button>
    </li>
  );
}

/** Region "What changed". */
export function WhatChanged(): ReactNode {
  const examples = useDesk((desk) => desk.examples);
  const classes = useDesk((desk) => desk.dataset?.classes);
  const emoji = useDesk((desk) => desk.datasetId === 'emoji10');
  const latest = useDesk((desk) => desk.current);
  const current = useDesk((desk) =>
    desk.current && samePolicy(desk.current.policy, desk.policy) ? desk.current : null,
  );
  const [all, setAll] = useState(false);
  const chosen = useDesk((desk) => desk.image);
  const [previewed, setPreviewed] = useState<number | null>(null);
  // While a new policy is being measured the former verdicts stay, dimmed, so that nothing flickers.
  const shown = flipsOf(examples, current ?? latest);
  const flips = all ? shown : shown.slice(0, FEW);
  const told = flips.find((flip) => flip.image.index === previewed);
  const counts = current?.againstFloat;
  const note = counts && `${count(counts.lost)} lost ✗ · ${count(counts.gained)} gained ✓`;
  const tools = examples.length > FEW && (
    <button type="button" aria-pressed={all} onClick={() => setAll(!all)}>
      {all ? 'Fewer' : `All ${examples.length}`}
    </button>
  );
  return (
    <Panel label="What changed" className="changed" note={note} tools={tools}>
      {examples.length === 0 ? (
        <p className="empty">Example images appear here as soon as the engine has read them.</p>
      ) : (
        <>
          <ul className={current ? 'tiles' : 'tiles stale'}>
            {flips.map((flip) => (
              <Tile
                key={flip.image.index}
                flip={flip}
                classes={classes ?? []}
                chosen={flip.image.index === chosen}
                onPreview={() => setPreviewed(flip.image.index)}
              />
            ))}
          </ul>
          <p className="note told">
            {told ? inWords(told, classes ?? []) : 'What the network says now.'}
            {emoji && !told && (
              <>
                {' '}
                <a href="emoji10/LICENSES.html">Artwork: Emojitwo and others</a>
              </>
            )}
          </p>
        </>
      )}
    </Panel>
  );
}
