// The confusion matrix of the bit widths on the faders: counts, or the change from the float network.
import { type ReactNode, useMemo, useState } from 'react';
import type { Measurement } from '../../engine/protocol/measuring';
import { chooseImage } from '../../store/inspect/activations';
import { why } from '../../words/en/why';
import { signed } from '../../words/numbers';
import { inkOn, shade } from '../insides/shades';
import { classes as classNames } from '../parts/classes';
import { Segmented } from '../parts/Segmented';
import tableStyles from '../parts/table.module.css';
import { moveInTable } from '../parts/tableKeys';
import { useDesk } from '../parts/useDesk';
import styles from './Confusion.module.css';
import { confusionChange, isWorse, perClass } from './confusionData';

interface ConfusionProps {
  readonly measurement: Measurement;
  readonly names: readonly string[];
}

/** Region "Confusion". */
export function Confusion({ measurement, names }: ConfusionProps): ReactNode {
  const [view, setView] = useState<'change' | 'counts'>('change');
  const { confusion, flips, accuracy } = measurement;
  const image = useDesk((state) => state.image);
  const n = names.length;
  const change = useMemo(() => confusionChange(flips, n), [flips, n]);
  const rows = perClass(confusion, n);
  const most = Math.max(1, ...Array.from(change, Math.abs));
  /** The flipped images that are in a cell now, or were in float. */
  const flipped = (truth: number, predicted: number) =>
    [...flips.index].filter(
      (_, i) => flips.label[i] === truth && (flips.now[i] === predicted || flips.float[i] === predicted),
    );
  /** Chooses the next flipped image of a cell. */
  const choose = (images: readonly number[]) => chooseImage(images[(images.indexOf(image) + 1) % images.length]);
  /** Text and colors of a cell. */
  const drawn = (truth: number, predicted: number) => {
    const at = truth * n + predicted;
    if (view === 'counts') {
      const share = confusion[at] / Math.max(1, rows[truth].n);
      return {
        text: confusion[at] === 0 ? '' : String(confusion[at]),
        style: { background: shade(share, 'share'), color: inkOn(share, 'share') },
      };
    }
    if (change[at] === 0) return { text: '' };
    const hue = isWorse(truth, predicted, change[at]) ? '--harm-fill' : '--oi-blue';
    const part = Math.round(15 + (45 * Math.abs(change[at])) / most);
    return {
      text: signed(change[at], 0),
      style: { background: `color-mix(in oklab, var(${hue}) ${part}%, var(--panel))` },
    };
  };
  return (
    <section aria-label={why.confusion} className={styles.confusion}>
      <div className={styles.head}>
        <h3>{why.confusion}</h3>
        <Segmented
          small
          legend={why.show}
          options={[
            { value: 'change', label: why.change },
            { value: 'counts', label: why.counts },
          ]}
          value={view}
          onChange={(value) => setView(value)}
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move between the buttons inside */}
      <div className={classNames(tableStyles.scroll, styles.matrix)} onKeyDown={moveInTable}>
        <table>
          <caption className="unseen">
            {view === 'counts' ? why.caption(accuracy.n) : why.changeCaption(accuracy.n)}
          </caption>
          <thead>
            <tr>
              <th scope="col">{why.truth}</th>
              {names.map((name) => (
                <th key={name} scope="col">
                  <span>{name}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name, truth) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                {names.map((other, predicted) => {
                  const { text, style } = drawn(truth, predicted);
                  const inCell = flipped(truth, predicted);
                  const images = why.images(confusion[truth * n + predicted]);
                  return (
                    <td key={other}>
                      <button
                        type="button"
                        data-row={truth}
                        data-column={predicted}
                        tabIndex={truth === 0 && predicted === 0 ? 0 : -1}
                        className={classNames(styles.cell, truth === predicted && styles.own)}
                        style={style}
                        aria-disabled={inCell.length === 0}
                        aria-label={why.cell(name, other, `${images}, ${why.more(change[truth * n + predicted])}`)}
                        onClick={() => inCell.length > 0 && choose(inCell)}
                      >
                        {text}
                      </button>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
