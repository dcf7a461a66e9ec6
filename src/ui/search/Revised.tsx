// Why the settings in the form are there to be changed.
import { type ReactNode, useEffect, useRef } from 'react';
import { search } from '../../words/en/search';
import { useDesk } from '../parts/useDesk';
import styles from './Revised.module.css';

/** The words of the run that was refused; they take the focus when they come. */
export function Revised(): ReactNode {
  const revised = useDesk((desk) => desk.revised);
  const words = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (revised) words.current?.focus();
  }, [revised]);
  if (revised === null) return null;
  return (
    <p ref={words} tabIndex={-1} className={styles.revised}>
      {search.failedWith(revised.name, revised.why)}
    </p>
  );
}
