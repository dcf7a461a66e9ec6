// Pinned configs: pin, load, remove; two of them, or one and the faders, compared image by image.
import { type ReactNode, useEffect, useMemo } from 'react';
import type { BitPolicy } from '../../graph/policy';
import { costsOf } from '../../store/measure/costs';
import { wishPictures } from '../../store/measure/pictures';
import { comparePins } from '../../store/measure/pinComparison';
import { contextOf } from '../../store/measure/selectors';
import { loadPin, measuredNow, pin, pinHere, unpin } from '../../store/policy/pins';
import type { Pin, PinnedMeasurement } from '../../store/state/pins';
import { configSteps } from '../../words/config';
import { pins as texts } from '../../words/en/pins';
import { count, sizeInWords } from '../../words/numbers';
import { classes } from '../parts/classes';
import { Picture } from '../parts/Picture';
import { useDesk } from '../parts/useDesk';
import styles from './PinComparison.module.css';

/** Disagreements listed. */
const MOST = 12;

/** One of the two that are compared. */
interface Side {
  readonly name: string;
  readonly bytes: number;
  readonly measured: PinnedMeasurement;
}

function Row({ label, n, of, harm }: { label: string; n: number; of: number; harm?: boolean }): ReactNode {
  return (
    <li>
      <span>{label}</span>
      <span className={styles.rail}>
        <span className={classes(harm && styles.harm)} style={{ inlineSize: `${(100 * n) / Math.max(1, of)}%` }} />
      </span>
      <b>{count(n)}</b>
    </li>
  );
}

function Compared({ first, second, names }: { first: Side; second: Side; names: readonly string[] }): ReactNode {
  const pictures = useDesk((state) => state.pictures);
  const found = useMemo(() => comparePins(first.measured, second.measured), [first.measured, second.measured]);
  const shown = found.disagreements.slice(0, MOST);
  const indices = shown.map(({ index }) => index).join();
  useEffect(() => {
    if (indices !== '') wishPictures(indices.split(',').map(Number));
  }, [indices]);
  const { difference, lower, upper } = found.difference;
  const [a, b] = [first.name, second.name];
  const larger = second.bytes - first.bytes;
  const name = (index: number) => names[index] ?? String(index);
  return (
    <>
      <p>
        <b>
          {texts.against(
            a,
            b,
            texts.verdict(difference * 100, lower, upper),
            texts.smaller(sizeInWords(Math.abs(larger)), larger),
          )}
        </b>
        <span className="note"> {texts.interval(lower * 100, upper * 100, found.n)}</span>
      </p>
      <h4>{texts.differ}</h4>
      <ul className={styles.counts}>
        <Row label={texts.bothRight} n={found.bothRight} of={found.n} />
        <Row label={texts.only(a)} n={found.onlyFirst} of={found.n} />
        <Row label={texts.only(b)} n={found.onlySecond} of={found.n} />
        <Row label={texts.bothWrong} n={found.bothWrong} of={found.n} harm />
      </ul>
      {shown.length > 0 && (
        <table className={styles.disagreements}>
          <caption>{texts.disagreements(found.disagreements.length)}</caption>
          <thead>
            <tr>
              <td />
              {[texts.truth, texts.float, a, b].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(({ index, label, float, ...seen }) => (
              <tr key={index}>
                <td>{pictures[index] && <Picture image={pictures[index]} name={name(label)} />}</td>
                <td>{name(label)}</td>
                {[float, seen.first, seen.second].map((predicted, i) => (
                  <td key={i} className={classes(predicted !== label && styles.wrong)}>
                    {name(predicted)}
                    {predicted !== label && ' ✗'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** Most layers whose bits are listed. */
const FEW = 4;

/** The layers whose weight bits on the faders are not those of a pin. */
function Changes({ from, to }: { readonly from: BitPolicy; readonly to: BitPolicy }): ReactNode {
  const steps = configSteps(from, to);
  const layers = steps === '' ? 0 : steps.split(', ').length;
  if (layers === 0) return null;
  return <span className={styles.changes}>{layers > FEW ? texts.differsMuch(layers) : texts.differs(steps)}</span>;
}

/** Region "Pins". */
export function PinComparison({ names }: { readonly names: readonly string[] }): ReactNode {
  const pins = useDesk((state) => state.pins);
  const here = useDesk(pinHere);
  const context = useDesk(contextOf);
  const now = useDesk(measuredNow);
  const architecture = useDesk((state) => state.architecture);
  const policy = useDesk((state) => state.policy);
  const scheme = useDesk((state) => state.scheme);
  const bytesOf = (of: Pin['policy']) => costsOf(architecture, of, scheme).memory;
  const sides: Side[] = pins.flatMap(({ name, policy, measured }) =>
    measured?.context === context ? [{ name, bytes: bytesOf(policy), measured }] : [],
  );
  if (now && !here) sides.push({ name: texts.now, bytes: bytesOf(policy), measured: now });
  const [first, second] = sides.length > 2 ? [sides[0], sides[sides.length - 1]] : sides;
  return (
    <section className={styles.pins} aria-label={texts.title}>
      <div className={styles.head}>
        <h3>{texts.title}</h3>
        <button type="button" disabled={here !== undefined} onClick={pin}>
          {here ? texts.pinned(here.name) : texts.pin}
        </button>
      </div>
      {pins.length === 0 && <p className="note">{texts.help}</p>}
      <ul>
        {pins.map(({ name, policy: pinned, measured }) => {
          const size = sizeInWords(bytesOf(pinned));
          return (
            <li key={name} className={styles.pin}>
              <b className={styles.badge} data-pin={name}>
                {name}
              </b>
              <span>
                {measured?.context === context
                  ? texts.measured(measured.accuracy.value, size)
                  : texts.notMeasured(size)}
                <Changes from={pinned} to={policy} />
              </span>
              <button type="button" onClick={() => loadPin(name)} disabled={here?.name === name}>
                {texts.load(name)}
              </button>
              <button type="button" onClick={() => unpin(name)}>
                {texts.remove(name)}
              </button>
            </li>
          );
        })}
      </ul>
      {first && second && <Compared first={first} second={second} names={names} />}
    </section>
  );
}
