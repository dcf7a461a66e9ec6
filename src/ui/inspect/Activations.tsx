// What the layer at hand gives for the image at hand: float, rounded and the change, with the errors in numbers.
import { type ReactNode, useEffect, useId, useState } from 'react';
import type { ActivationInspection } from '../../engine/protocol/inspecting';
import { chooseImage, followActivations } from '../../store/inspect/activations';
import { layersById } from '../../store/measure/costs';
import { units } from '../../words/en/units';
import { classes } from '../parts/classes';
import { Picture } from '../parts/Picture';
import { Segmented } from '../parts/Segmented';
import { useDesk, usePhone } from '../parts/useDesk';
import styles from './Activations.module.css';
import { FeatureMaps } from './FeatureMaps';
import {
  activationsInWords,
  type ChannelOrder,
  DIVERGENCE,
  orderedChannels,
  SEQUENCE,
  scopeInWords,
  shapeInWords,
  zerosInWords,
} from './featureMapData';
import { decibels, signed, squaredError } from './histogramData';
import titleLineStyles from './titleLine.module.css';
import { UnitBars } from './UnitBars';

const ORDERS = (['in order', 'most changed'] satisfies ChannelOrder[]).map((value) => ({ value, label: value }));
/** Channels shown at once, and columns of a row on narrow and wide screens. */
const PAGE = 8;
const COLUMNS = { phone: 4, wide: 8 } as const;

function isDense({ shape: [h, w] }: ActivationInspection): boolean {
  return h * w === 1;
}

function TitleLine({ inspection }: { readonly inspection: ActivationInspection }): ReactNode {
  const { layer, shape, report } = inspection;
  const cost = useDesk((desk) => layersById(desk.architecture).get(layer));
  const parts = [shapeInWords(shape), decibels(report.sqnr), squaredError(report.mse), zerosInWords(report)];
  return (
    <p className={titleLineStyles.line}>
      <b>{layer}</b> {cost && units.layer(cost)}
      {parts.map((part) => (
        <span key={part}>
          {' · '}
          <span className={titleLineStyles.part}>{part}</span>
        </span>
      ))}
    </p>
  );
}

function ImagePicker({ inspection }: { readonly inspection: ActivationInspection }): ReactNode {
  const id = useId();
  const image = useDesk((desk) => desk.image);
  const images = useDesk((desk) => desk.dataset?.test ?? 1);
  const name = useDesk((desk) => desk.dataset?.classes[inspection.image.label]) ?? `class ${inspection.image.label}`;
  return (
    <div className={styles.image}>
      <Picture image={inspection.image} name={name} />
      <div>
        <label htmlFor={id}>Test image</label>
        <div className="buttons">
          <button type="button" aria-label="Image before" disabled={image === 0} onClick={() => chooseImage(image - 1)}>
            ‹
          </button>
          <input
            id={id}
            type="number"
            inputMode="numeric"
            min={0}
            max={images - 1}
            step={1}
            value={image}
            onChange={(event) => {
              if (event.target.value !== '') chooseImage(event.target.valueAsNumber);
            }}
          />
          <button
            type="button"
            aria-label="Image after"
            disabled={image >= images - 1}
            onClick={() => chooseImage(image + 1)}
          >
            ›
          </button>
        </div>
        <span className="note">
          <b>{name}</b>, or click one under “What changed”
        </span>
      </div>
    </div>
  );
}

function Scales({ inspection }: { readonly inspection: ActivationInspection }): ReactNode {
  const { min, max, reach } = inspection.report;
  if (isDense(inspection))
    return (
      <p className={classes(styles.scales, 'note')}>
        <span className={styles.key}>float: broad bars</span>
        <span className={classes(styles.key, styles.rounded)}>rounded: narrow bars</span>
        <span>below: the change, on a scale of its own</span>
      </p>
    );
  const scale = (label: string, gradient: string, ends: readonly [string, string]) => (
    <div className={styles.scale}>
      <span>{label}</span>
      <i style={{ backgroundImage: gradient }} />
      <span className={styles.ends}>
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </span>
    </div>
  );
  return (
    <div className={styles.scales}>
      {scale('float and rounded', SEQUENCE, [signed(min), signed(max)])}
      {scale('change from float', DIVERGENCE, [signed(-reach), `+${signed(reach)}`])}
      <span className="note">the same scales for all channels of this layer</span>
    </div>
  );
}

function Maps({ inspection }: { readonly inspection: ActivationInspection }): ReactNode {
  const columns = usePhone() ? COLUMNS.phone : COLUMNS.wide;
  const [order, setOrder] = useState<ChannelOrder>('in order');
  const [page, setPage] = useState(0);
  const channels = orderedChannels(inspection.report, order);
  const pages = Math.ceil(channels.length / PAGE);
  const at = Math.min(page, pages - 1);
  const shown = channels.slice(at * PAGE, (at + 1) * PAGE);
  const bands = Array.from({ length: Math.ceil(shown.length / columns) }, (_, i) =>
    shown.slice(i * columns, (i + 1) * columns),
  );
  return (
    <>
      {bands.map((band) => (
        <FeatureMaps key={band.join()} inspection={inspection} channels={band} />
      ))}
      <div className={styles.pages}>
        <Segmented legend="Channels" options={ORDERS} value={order} onChange={(next) => setOrder(next)} />
        {pages > 1 && (
          <div className="buttons">
            <button type="button" aria-label="Channels before" disabled={at === 0} onClick={() => setPage(at - 1)}>
              ‹
            </button>
            <span>
              channels {at * PAGE + 1}–{at * PAGE + shown.length} of {channels.length}
            </span>
            <button
              type="button"
              aria-label="Channels after"
              disabled={at === pages - 1}
              onClick={() => setPage(at + 1)}
            >
              ›
            </button>
          </div>
        )}
      </div>
    </>
  );
}

/** The view "activations" of the layer at hand. */
export function Activations(): ReactNode {
  const inspection = useDesk((desk) => desk.activations);
  const problem = useDesk((desk) => desk.activationsProblem);
  const classes = useDesk((desk) => desk.dataset?.classes ?? NO_NAMES);
  const output = useDesk((desk) => desk.architecture.nodes[desk.architecture.nodes.length - 1].id);
  useEffect(followActivations, []);
  if (inspection === null)
    return <p className="empty">{problem ?? 'What does the layer see in an image? Drawn once the engine is ready.'}</p>;
  const { layer, image } = inspection;
  return (
    <>
      <TitleLine inspection={inspection} />
      <p className="note">{scopeInWords(inspection)}</p>
      <div className={styles.head}>
        <ImagePicker inspection={inspection} />
        <Scales inspection={inspection} />
      </div>
      <figure aria-label={activationsInWords(inspection, classes[image.label] ?? `class ${image.label}`)}>
        {isDense(inspection) ? (
          <UnitBars inspection={inspection} names={layer === output ? classes : NO_NAMES} />
        ) : (
          <Maps inspection={inspection} />
        )}
      </figure>
    </>
  );
}
const NO_NAMES: readonly string[] = [];
