// The keys of the page and its words.
import type { ReactNode } from 'react';
import { learn } from '../../words/en/learn';
import styles from './Reference.module.css';

interface KeysProps {
  readonly title: string;
  readonly rows: readonly { readonly keys: string; readonly does: string }[];
}

function Keys({ title, rows }: KeysProps): ReactNode {
  return (
    <>
      <h3 className={styles.heading}>{title}</h3>
      <dl className={styles.keys}>
        {rows.map(({ keys, does }) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Keys and glossary. */
export default function Reference(): ReactNode {
  return (
    <>
      <Keys title={learn.keys.faders} rows={learn.rackKeys} />
      <Keys title={learn.keys.plot} rows={learn.plotKeys} />
      <Keys title={learn.keys.page} rows={learn.pageKeys} />
      <h3 className={styles.heading}>{learn.glossary}</h3>
      <dl className={styles.terms}>
        {learn.terms.map(([term, meaning]) => (
          <div key={term}>
            <dt>{term}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
