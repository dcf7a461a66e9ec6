// Challenges as links write them.
import { KB } from '../../graph/size';
import { linking } from '../../words/en/linking';
import type { Challenge } from '../state/challenges';
import type { Codec } from './codecs';

const NUMBER = String.raw`\d{1,9}(?:\.\d{1,6})?`;
const ACCURATE = new RegExp(`^accurate:(${NUMBER})KB(?::(${NUMBER}))?$`);
const SMALL = new RegExp(`^small:(${NUMBER})$`);

/** `accurate:64KB`, `accurate:64KB:88` (at least 88 %), `small:1` (at most one point), `none`. */
export const challengeText: Codec<Challenge | null> = {
  wants: () => linking.challenges,
  write(challenge) {
    if (challenge === null) return 'none';
    if (challenge.kind === 'small') return `small:${challenge.points}`;
    const { bytes, atLeast } = challenge;
    return `accurate:${bytes / KB}KB${atLeast === undefined ? '' : `:${atLeast}`}`;
  },
  read(text) {
    if (text === 'none') return null;
    const [, size, percent] = ACCURATE.exec(text) ?? [];
    if (size !== undefined && Number(size) > 0 && Number(percent ?? 0) <= 100)
      return { kind: 'accurate', bytes: Number(size) * KB, ...(percent && { atLeast: Number(percent) }) };
    const [, points] = SMALL.exec(text) ?? [];
    return points !== undefined && Number(points) <= 100 ? { kind: 'small', points: Number(points) } : undefined;
  },
};
