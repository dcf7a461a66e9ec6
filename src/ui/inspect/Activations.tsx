// What the layer at hand gives for the image at hand: float, rounded and the change, with the errors in numbers.
import { type ReactNode, useEffect, useId, useState } from 'react';
import type { ActivationInspection } from '../../engine/protocol/inspecting';
import { chooseImage, followActivations } from '../../store/inspect/activations';
import { layersById } from '../../store/measure/costs';
import { layer as words } from '../../words/en/layer';
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

const ORDERS = ['given', 'changed'] as const satisfies readonly ChannelOrder[];
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
  const name =
    useDesk((desk) => desk.dataset?.classes[inspection.image.label]) ?? words.unnamed(inspection.image.label);
  return (
    <div className={styles.image}>
      <Picture image={inspection.image} name={name} />
      <div>
        <label htmlFor={id}>{words.testImage}</label>
        <div className="buttons">
          <button
            type="button"
            aria-label={words.imageBefore}
            disabled={image === 0}
            onClick={() => chooseImage(image - 1)}
          >
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
            aria-label={words.imageAfter}
            disabled={image >= images - 1}
            onClick={() => chooseImage(image + 1)}
          >
            ›
          </button>
        </div>
        <span className="note">
          <b>{name}</b>
          {words.orPick}
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
        <span className={styles.key}>{words.key.float}</span>
        <span className={classes(styles.key, styles.rounded)}>{words.key.quantized}</span>
        <span>{words.key.change}</span>
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
      {scale(words.floatAndQuantized, SEQUENCE, [signed(min), signed(max)])}
      {scale(words.changeFromFloat, DIVERGENCE, [signed(-reach), `+${signed(reach)}`])}
      <span className="note">{words.sameScales}</span>
    </div>
  );
}

function Maps({ inspection }: { readonly inspection: ActivationInspection }): ReactNode {
  const columns = usePhone() ? COLUMNS.phone : COLUMNS.wide;
  const [order, setOrder] = useState<ChannelOrder>('given');
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
        <Segmented
          legend={words.channels}
          options={ORDERS.map((value) => ({ value, label: words.order[value] }))}
          value={order}
          onChange={(next) => setOrder(next)}
        />
        {pages > 1 && (
          <div className="buttons">
            <button type="button" aria-label={words.channelsBefore} disabled={at === 0} onClick={() => setPage(at - 1)}>
              ‹
            </button>
            <span>{words.channelsOf(at * PAGE + 1, at * PAGE + shown.length, channels.length)}</span>
            <button
              type="button"
              aria-label={words.channelsAfter}
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
  if (inspection === null) return <p className="empty">{problem ?? words.activationsSoon}</p>;
  const { layer, image } = inspection;
  return (
    <>
      <TitleLine inspection={inspection} />
      <p className="note">{scopeInWords(inspection)}</p>
      <div className={styles.head}>
        <ImagePicker inspection={inspection} />
        <Scales inspection={inspection} />
      </div>
      <figure aria-label={activationsInWords(inspection, classes[image.label] ?? words.unnamed(image.label))}>
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
