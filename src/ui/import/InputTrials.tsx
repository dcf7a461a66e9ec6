// "Input preprocessing": the usual ways and how often the network is right under each, filled as they are tried,
// and numbers by hand.
import type { ReactNode } from 'react';
import { allNormalizations, normalizations } from '../../data/normalizations';
import type { InputTrial } from '../../engine/protocol/ownNetworks';
import { chooseByHand, chooseTrial } from '../../store/import/importing';
import type { CardStep } from '../../store/state/importing';
import { said } from '../../words/en/declared';
import { importing } from '../../words/en/importing';
import { percent } from '../../words/numbers';
import fieldStyles from '../parts/field.module.css';
import { useDesk } from '../parts/useDesk';
import styles from './InputTrials.module.css';

const COLORS = ['red', 'green', 'blue'] as const;
const ORDERS = ['rgb', 'bgr'] as const;
/** A gray network reads the same whatever the order of the colors. */
const GRAY = ['rgb'] as const;
const PARTS = ['mean', 'std'] as const;

const isGray = (trials: readonly InputTrial[]) => trials[0]?.values.mean.length === 1;

/** The rows of the table, in an order that stays. */
function rowsOf({ trials }: CardStep, images: string): readonly [InputTrial['normalization'], string][] {
  const tried = (way: string) => trials.some(({ normalization }) => normalization === way);
  return [
    ...(tried('file') ? [['file', importing.asFile] as const] : []),
    ...(tried('images') ? [['images', importing.asImages(images)] as const] : []),
    ...(Object.keys(isGray(trials) ? allNormalizations : normalizations) as (keyof typeof allNormalizations)[]).map(
      (id) => [id, said(allNormalizations[id].label)] as const,
    ),
  ].map(([way, label]) => [way, label]);
}

function Trial({ step, trial, name }: { step: CardStep; trial: InputTrial | undefined; name: string }): ReactNode {
  if (trial === undefined) return <td className={styles.trial}>{step.trying ? '…' : '–'}</td>;
  const { value } = trial.accuracy;
  const { chosen } = step;
  return (
    <td className={styles.trial}>
      <label style={{ '--share': `${value * 100}%` } as React.CSSProperties}>
        <input
          type="radio"
          name="input-way"
          aria-label={importing.correct(name, value)}
          checked={chosen?.way === trial.normalization && chosen.channels === trial.channels}
          onChange={() => chooseTrial(trial)}
        />
        {percent(value)} %
      </label>
    </td>
  );
}

function ByHand({ step: { chosen } }: { readonly step: CardStep }): ReactNode {
  if (chosen === null) return null;
  return (
    <details>
      <summary>{chosen.way === 'hand' ? importing.byHandUsed : importing.byHand}</summary>
      <p className="note">{importing.byHandNote}</p>
      <div className={styles.byHand}>
        {PARTS.map((part) =>
          COLORS.slice(0, chosen.values.mean.length).map((color, i) => (
            <div
              className={fieldStyles.field}
              key={`${part} ${color} ${chosen.way === 'hand' ? '' : chosen.values[part][i]}`}
            >
              <label htmlFor={`${part}-${color}`}>
                {chosen.values.mean.length === 1
                  ? importing.part[part]
                  : importing.value(importing.part[part], importing.color[color])}
              </label>
              <input
                id={`${part}-${color}`}
                type="number"
                step="any"
                required
                defaultValue={Number((chosen.values[part][i] as number).toPrecision(6))}
                onChange={({ target: { valueAsNumber: value } }) => {
                  if (Number.isFinite(value) && (part === 'mean' || value > 0))
                    chooseByHand(part, i as 0 | 1 | 2, value);
                }}
              />
            </div>
          )),
        )}
      </div>
    </details>
  );
}

/** The question with its table. */
export function InputTrials({ step }: { readonly step: CardStep }): ReactNode {
  const images = useDesk((state) => state.dataset?.label ?? importing.theImages);
  const n = step.trials[0]?.accuracy.n;
  const gray = isGray(step.trials);
  return (
    <section className={styles.trials}>
      <h3>{importing.preprocessing}</h3>
      <p className="note">{step.trying ? importing.trying(images, n) : importing.tried(images, n)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{importing.preprocessing}</th>
            <th scope="col">{gray ? importing.gray : importing.channels.rgb}</th>
            {!gray && <th scope="col">{importing.channels.bgr}</th>}
          </tr>
        </thead>
        <tbody>
          {rowsOf(step, images).map(([way, label]) => (
            <tr key={way}>
              <th scope="row">{label}</th>
              {(gray ? GRAY : ORDERS).map((channels) => (
                <Trial
                  key={channels}
                  step={step}
                  name={importing.way(label, gray ? importing.gray : importing.channels[channels])}
                  trial={step.trials.find((one) => one.normalization === way && one.channels === channels)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <ByHand step={step} />
    </section>
  );
}
