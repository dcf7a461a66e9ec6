// Challenges and verdicts in words.
import type { Score } from '../../store/challenges/challenges';
import type { Challenge } from '../../store/state/challenges';
import { challenges as words } from '../../words/en/challenges';

/** The day here, e.g. 2026-11-30. */
export function today(): string {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** What is asked for. */
export function taskInWords(challenge: Challenge): string {
  return challenge.kind === 'small'
    ? words.small(challenge.points)
    : words.accurate(challenge.bytes, challenge.atLeast);
}

/** Whether a config meets a challenge, and why not. */
export function verdictInWords(challenge: Challenge, { bytes, accuracy, lost, met }: Score): string {
  if (met === true) return words.met;
  if (challenge.kind === 'accurate' && bytes > challenge.bytes) return words.tooLarge(bytes - challenge.bytes);
  if (accuracy === undefined || lost === undefined) return words.unmeasured;
  return challenge.kind === 'small'
    ? words.losesTooMuch(lost, challenge.points)
    : words.tooInaccurate(accuracy.value, challenge.atLeast ?? 0);
}
