// "Numbers to expect": accuracy at uniform widths with the shipped weights, from the precomputed results, which name the
// weights that they were measured with.
import { type ReactNode, useEffect, useState } from 'react';
import { type BitPolicy, type BitWidth, FLOAT } from '../../graph/policy';
import { expectedArchitecture } from '../../store/state/desk';
import { fetchShipped, type Shipped } from '../../store/state/shipped';
import { teach as words } from '../../words/en/teach';
import { percent } from '../../words/numbers';
import { networks } from '../../zoo/registry';
import tableStyles from '../parts/table.module.css';
import styles from './Teach.module.css';

const SHOWN = ['tiny', 'resnet8'] as const;
const WIDTHS: readonly BitWidth[] = [FLOAT, 8, 6, 5, 4, 3, 2];

const isUniform = (policy: BitPolicy, bits: BitWidth) => Object.values(policy).every(({ weights }) => weights === bits);

function NumbersOf({ name, shipped }: { readonly name: string; readonly shipped: Shipped }): ReactNode {
  return (
    <table className={tableStyles.points}>
      <caption>{words.numbersOf(name, shipped.sensitivity.fingerprint)}</caption>
      <tbody>
        {WIDTHS.map((bits) => {
          const found = shipped.cloud.find(({ policy }) => isUniform(policy, bits));
          return (
            found && (
              <tr key={bits}>
                <th scope="row">{bits === FLOAT ? words.float : words.bits(bits)}</th>
                <td>{percent(found.accuracy.value)} %</td>
                <td>{words.interval(found.accuracy)}</td>
              </tr>
            )
          );
        })}
      </tbody>
    </table>
  );
}

export function Numbers(): ReactNode {
  const [shipped, setShipped] = useState<readonly Shipped[]>([]);
  const [problem, setProblem] = useState('');
  useEffect(() => {
    Promise.all(SHOWN.map((id) => fetchShipped(id, 'emoji10', expectedArchitecture(id)))).then(
      (found) => setShipped(found.filter((one) => one !== null)),
      (error: Error) => setProblem(words.noNumbers(error.message)),
    );
  }, []);
  const images = shipped[0]?.cloud[0]?.accuracy.n;
  return (
    <section aria-label={words.numbers}>
      <h3>{words.numbers}</h3>
      {problem && <p role="alert">{problem}</p>}
      {images !== undefined && <p className="note">{words.numbersAbout(images)}</p>}
      <div className={styles.tables}>
        {shipped.map((one, i) => (
          <NumbersOf key={SHOWN[i]} name={networks[SHOWN[i]].label} shipped={one} />
        ))}
      </div>
    </section>
  );
}
