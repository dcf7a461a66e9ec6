// Challenges in the tab "Learn": those on offer, or the one that is taken, with the button that hands in.
import { type ReactNode, useState } from 'react';
import { leaveChallenge, type Offer, offers, scoreNow, takeChallenge } from '../../store/challenges/taking';
import type { Challenge } from '../../store/state/challenges';
import { showWide } from '../../store/state/view';
import { challenges as words } from '../../words/en/challenges';
import { Dialog } from '../parts/Dialog';
import { useDesk } from '../parts/useDesk';
import styles from './Challenges.module.css';
import { taskInWords, today, verdictInWords } from './challengeWords';
import { HandIn } from './HandIn';

function offerInWords({ kind, challenge }: Offer, seed: number | null): string {
  if (kind === 'beat' && challenge.kind === 'accurate') return words.beat(challenge.bytes, challenge.atLeast ?? 0);
  const task = taskInWords(challenge);
  if (kind !== 'daily') return task;
  return `${seed === null ? words.daily(today()) : words.ofSeed(seed)}: ${task}`;
}

/** The button goes with its list; the challenge stands above the lessons then. */
function focusTaken(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('[data-taken] button')?.focus());
}

function Offered(): ReactNode {
  const listed = useDesk((desk) => offers(desk, today()));
  const seed = useDesk((desk) => desk.fixedSeed);
  return (
    <ul className={styles.list}>
      {listed.map((offer) => {
        const text = offerInWords(offer, seed);
        return (
          <li key={text}>
            <span>{text}</span>
            <button
              type="button"
              aria-label={words.takeThis(text)}
              onClick={() => {
                takeChallenge(offer.challenge);
                focusTaken();
              }}
            >
              {words.take}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function Taken({ challenge }: { readonly challenge: Challenge }): ReactNode {
  const verdict = useDesk((desk) => verdictInWords(challenge, scoreNow(desk, challenge)));
  const [handingIn, setHandingIn] = useState(false);
  return (
    <>
      <p>
        <b>{taskInWords(challenge)}.</b>
      </p>
      <p>{words.yours(verdict)}</p>
      <div className="buttons" data-taken>
        <button type="button" className="primary" aria-haspopup="dialog" onClick={() => setHandingIn(true)}>
          {words.handIn}
        </button>
        <button type="button" onClick={() => showWide('ranking')}>
          {words.rank}
        </button>
        <button type="button" onClick={leaveChallenge}>
          {words.leave}
        </button>
      </div>
      <Dialog title={words.handIn} shown={handingIn} onClose={() => setHandingIn(false)}>
        {handingIn && <HandIn />}
      </Dialog>
    </>
  );
}

/** Region "Challenges". */
export default function Challenges(): ReactNode {
  const challenge = useDesk((desk) => desk.challenge);
  return (
    <section aria-label={words.title} className={styles.challenges}>
      <h3>{words.title}</h3>
      <p className="note">{words.about}</p>
      {challenge ? <Taken challenge={challenge} /> : <Offered />}
    </section>
  );
}
