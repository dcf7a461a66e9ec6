// What this page is, for those who see it for the first time, with its keys and its words.
import type { ReactNode } from 'react';
import { faders } from '../../words/en/faders';
import { learn } from '../../words/en/learn';
import { names } from '../../words/en/names';
import { Panel } from '../parts/Panel';
import styles from './Learn.module.css';

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
export function Reference(): ReactNode {
  return (
    <>
      <Keys title={learn.keys.faders} rows={faders.keys} />
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

/** Region "Learn". */
export function Learn(): ReactNode {
  return (
    <Panel label={names.learn} title={learn.title}>
      <div className={styles.about}>
        <p>{learn.about}</p>
        <p>{learn.tryThis}</p>
      </div>
      <Reference />
    </Panel>
  );
}
