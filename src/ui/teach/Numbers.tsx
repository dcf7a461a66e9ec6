// "Numbers to expect": accuracy at uniform widths with the shipped weights, which the table names.
import { type ReactNode, useEffect, useState } from 'react';
import { FLOAT } from '../../graph/policy';
import {
  EXPECTED_NETWORKS,
  EXPECTED_WIDTHS,
  type Expected,
  expectedAt,
  fetchExpected,
} from '../../store/teach/expected';
import { teach as words } from '../../words/en/teach';
import { count, percent } from '../../words/numbers';
import { type NetworkId, networks } from '../../zoo/registry';
import tableStyles from '../parts/table.module.css';
import styles from './Teach.module.css';

function NumbersOf({ network, expected }: { readonly network: NetworkId; readonly expected: Expected }): ReactNode {
  return (
    <table className={tableStyles.points}>
      <caption>{words.numbersOf(networks[network].label, expected.networks[network]?.fingerprint ?? '')}</caption>
      <tbody>
        {EXPECTED_WIDTHS.map((bits) => {
          const found = expectedAt(expected, network, bits);
          return (
            found && (
              <tr key={bits}>
                <th scope="row">{bits === FLOAT ? words.float : words.bits(bits)}</th>
                <td>{percent(found.value)} %</td>
                <td>{words.interval(found)}</td>
                <td>{words.imagesOf(count(found.n))}</td>
              </tr>
            )
          );
        })}
      </tbody>
    </table>
  );
}

export function Numbers(): ReactNode {
  const [expected, setExpected] = useState<Expected>();
  const [problem, setProblem] = useState('');
  useEffect(() => {
    fetchExpected().then(setExpected, (error: Error) => setProblem(words.noNumbers(error.message)));
  }, []);
  return (
    <section aria-label={words.numbers}>
      <h3>{words.numbers}</h3>
      {problem && <p role="alert">{problem}</p>}
      <p className="note">{words.numbersAbout}</p>
      <div className={styles.tables}>
        {expected && EXPECTED_NETWORKS.map((id) => <NumbersOf key={id} network={id} expected={expected} />)}
      </div>
    </section>
  );
}
