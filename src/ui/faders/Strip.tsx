// One channel strip: head with name and kind, fader or two over the mass of the layer, and a foot with size and lock.
import { type CSSProperties, memo, type ReactNode } from 'react';
import { branchOf } from '../../graph/branches';
import { FLOAT, SKIPPED } from '../../graph/policy';
import { positionOf, type RoundedPart } from '../../policy/edits';
import { layersById } from '../../store/measure/costs';
import { toggleSkip } from '../../store/policy/actions';
import { mutedLayers, soloLayer } from '../../store/policy/aside';
import { lockedLayers, toggleLocks } from '../../store/policy/locked';
import { selectLayer, tapLayer } from '../../store/policy/selection';
import type { Desk } from '../../store/state/desk';
import { device } from '../../words/en/device';
import { faders } from '../../words/en/faders';
import { units } from '../../words/en/units';
import { count, sizeParts } from '../../words/numbers';
import { classes } from '../parts/classes';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import { Fader, tensorBytes, widthOf } from './Fader';
import { LockIcon } from './LockMark';
import styles from './Strip.module.css';

/** Skips the branch that a layer is on, or takes it back; nothing where no other way leads around the layer. */
export function SkipButton({ layer }: { readonly layer: string }): ReactNode {
  const branch = useDesk((desk) => branchOf(desk.architecture, layer));
  const skipped = useDesk((desk) => desk.policy[layer]?.weights === SKIPPED);
  if (branch === undefined) return null;
  const layers = branch.layers.join(', ');
  return (
    <button
      type="button"
      aria-label={faders.skipLayer(layer)}
      aria-pressed={skipped}
      {...tip(skipped ? faders.takeBack(layers) : faders.skipBranch(layers))}
      onClick={() => toggleSkip(layer)}
    >
      {skipped ? faders.unskip : faders.skip}
    </button>
  );
}

/** What is special about a layer, in a word. */
export function stateWord(state: Desk, layer: string): 'skip' | 'mute' | 'solo' | undefined {
  if (state.policy[layer]?.weights === SKIPPED) return 'skip';
  if (soloLayer(state) === layer) return 'solo';
  return mutedLayers(state).includes(layer) ? 'mute' : undefined;
}

/** How the board's file stores a layer's weights, where its runtime does not compute with their width. */
export function storedWord({ computedBits, policy, boardMemory }: Desk, layer: string): string | undefined {
  const bits = policy[layer]?.weights ?? SKIPPED;
  if (computedBits === null || bits === SKIPPED || computedBits.includes(bits)) return undefined;
  return boardMemory === null ? undefined : device.stored(boardMemory.int4.has(layer) ? 'INT4' : 'INT8');
}

function Mass({ layer, tensor, most }: { layer: string; tensor: RoundedPart; most: number }): ReactNode {
  const bits = useDesk((desk) => widthOf(desk, layer, tensor));
  const values = useDesk((desk) => valuesOf(desk, layer, tensor));
  const style = { '--at': positionOf(bits), '--wide': values / most } as CSSProperties;
  return <span className={classes(styles.mass, bits === FLOAT && styles.float)} style={style} />;
}

/** Weights of a layer, or values that it reads per image. */
export function valuesOf({ architecture }: Pick<Desk, 'architecture'>, layer: string, tensor: RoundedPart): number {
  const cost = layersById(architecture).get(layer);
  if (cost === undefined) return 0;
  return tensor === 'weights' ? cost.weights : cost.inputShape.reduce((product, d) => product * d, 1);
}

interface StripProps {
  readonly layer: string;
  /** The layer's name, as short as the strip. */
  readonly name: string;
  readonly tensors: readonly RoundedPart[];
  /** Values of the layer with most of them: its mass fills the strip. */
  readonly most: number;
  /** True for the first of a stage, which stands apart. */
  readonly apart: boolean;
  readonly inviting: boolean;
}

function Head({ layer, name }: Pick<StripProps, 'layer' | 'name'>): ReactNode {
  const selected = useDesk((desk) => desk.selection.includes(layer));
  const cost = useDesk((desk) => layersById(desk.architecture).get(layer));
  const kernel = cost && (cost.op === 'dense' ? faders.ops.dense : `${cost.kernelSize[0]}×${cost.kernelSize[1]}`);
  const words = cost && faders.stripTip(layer, units.layer(cost), count(cost.weights));
  return (
    <button
      type="button"
      className={styles.head}
      tabIndex={-1}
      aria-pressed={selected}
      data-head={layer}
      {...tip(words)}
      // A mouse selects by the rack's gesture, which may go on over other heads.
      onClick={({ nativeEvent, shiftKey }) => {
        const { pointerType } = nativeEvent as PointerEvent;
        if (pointerType === 'touch') tapLayer(layer);
        else if (pointerType !== 'mouse') selectLayer(layer, shiftKey);
      }}
    >
      {name === layer ? (
        <b>{layer}</b>
      ) : (
        <>
          <b aria-hidden="true">{name}</b>
          <span className="unseen">{layer}</span>
        </>
      )}
      <span className={styles.kind} aria-hidden="true">
        {cost && cost.op !== 'dense' && <span className={styles.op}>{faders.ops[cost.op]} </span>}
        {kernel}
      </span>
      <span className={styles.channels} aria-hidden="true">
        {cost && `${cost.inputChannels}→${cost.outputChannels}`}
      </span>
    </button>
  );
}

function Foot({ layer, tensor }: { readonly layer: string; readonly tensor: RoundedPart }): ReactNode {
  const bytes = useDesk((desk) => tensorBytes(desk, layer, tensor));
  const locked = useDesk((desk) => lockedLayers(desk).includes(layer));
  const [digits, unit] = sizeParts(bytes);
  return (
    <div className={styles.foot}>
      <span {...tip(tensor === 'weights' ? faders.weightSize : faders.activationSize)}>
        <b>{digits}</b>
        <span className={unit === 'KB' ? styles.unit : undefined}> {unit}</span>
      </span>
      <button
        type="button"
        className={classes(styles.lock, locked && styles.closed)}
        tabIndex={-1}
        aria-label={faders.lockLayer(layer)}
        aria-pressed={locked}
        {...tip(locked ? faders.unlock(layer) : faders.lock(layer))}
        onClick={() => toggleLocks([layer])}
      >
        <LockIcon open={!locked} />
      </button>
    </div>
  );
}

/** The strip of one layer. */
export const Strip = memo(function Strip({ layer, name, tensors, most, apart, inviting }: StripProps): ReactNode {
  const selected = useDesk((desk) => desk.selection.includes(layer));
  const locked = useDesk((desk) => lockedLayers(desk).includes(layer));
  const word = useDesk((desk) => stateWord(desk, layer));
  const stored = useDesk((desk) => storedWord(desk, layer));
  const both = tensors.length > 1;
  return (
    <div
      className={classes(
        styles.strip,
        apart && styles.apart,
        both && styles.double,
        selected && styles.selected,
        locked && styles.locked,
        word === 'skip' && styles.skipped,
        word === 'mute' && styles.muted,
      )}
      data-strip={layer}
    >
      <Head layer={layer} name={name} />
      <div className={styles.faders}>
        <Mass layer={layer} tensor={tensors[0]} most={most} />
        <span className={styles.rail} />
        {tensors.map((tensor, i) => (
          <Fader
            key={tensor}
            layer={layer}
            tensor={tensor}
            side={both ? (i === 0 ? 'left' : 'right') : 'whole'}
            inviting={inviting && i === 0}
          />
        ))}
        {(word || stored) && <span className={styles.word}>{word ? faders.states[word] : stored}</span>}
      </div>
      <Foot layer={layer} tensor={tensors[0]} />
    </div>
  );
});
