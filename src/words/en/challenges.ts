// Challenges, handing in, and the ranking of a room.
import { count, fixed, percent, sizeInWords, upTo } from '../numbers';
import { words } from '../words';

export const challenges = words('challenges', {
  title: 'Challenges',
  about:
    'A task for a room, or for yourself. A ranking counts what is measured where it is shown, never what somebody claims.',
  accurate: (bytes: number, atLeast?: number) =>
    `The most accurate config of at most ${sizeInWords(bytes)}${atLeast === undefined ? '' : `, and at least ${upTo(atLeast, 1)} %`}`,
  small: (points: number) =>
    `The smallest config that loses at most ${upTo(points, 2)} ${points === 1 ? 'point' : 'points'}`,
  beat: (bytes: number, best: number) =>
    `Beat the searches: at least ${upTo(best, 1)} % in at most ${sizeInWords(bytes)}`,
  daily: (day: string) => `Challenge of ${day}`,
  ofSeed: (seed: number) => `Challenge of the seed ${count(seed)}`,
  take: 'Take',
  takeThis: (challenge: string) => `Take: ${challenge}`,
  leave: 'Leave challenge',
  handIn: 'Hand in',
  rank: 'Rank hand-ins',
  yours: (verdict: string) => `Your config: ${verdict}`,
  tooLarge: (by: number) => `${sizeInWords(by)} too large.`,
  tooInaccurate: (value: number, atLeast: number) => `${percent(value)} %; ${upTo(atLeast, 1)} % are asked for.`,
  losesTooMuch: (lost: number, most: number) =>
    `It loses ${fixed(lost, 1)} points; at most ${upTo(most, 2)} may be lost.`,
  unmeasured: 'Not measured yet.',
  /** The dialog of who hands in. */
  name: 'Your name, or a nickname',
  needsName: 'Enter a name first: the ranking shows it.',
  link: 'Link to hand in',
  copied: 'Link copied. Send it to whoever ranks.',
  saveFile: 'Save as file',
  fileName: (name: string) => `fewbits-${name.trim().replace(/[^\p{L}\p{N}]+/gu, '-')}.txt`,
  qrOfHandIn: 'QR code of the hand-in',
  ownNetwork: 'Networks of your own cannot be handed in: the others do not have their file.',
  trained: 'Hand-ins carry bits and rounding, not weights trained here: they are ranked with the pretrained weights.',
  /** The ranking. */
  ranking: 'Ranking',
  paste: 'Hand-ins: paste links, as many as there are',
  add: 'Add hand-ins',
  openFiles: 'Open files…',
  nothingFound: 'No links were found in it.',
  added: (added: number, found: number) =>
    `${count(added)} ${added === 1 ? 'hand-in' : 'hand-ins'} added${found > added ? `; ${count(found - added)} were there already` : ''}.`,
  measure: 'Measure',
  measuring: (left: number) => `Measuring, ${count(left)} left…`,
  stop: 'Stop',
  csv: 'Export as CSV',
  clear: 'Remove all',
  place: 'Place',
  person: 'Name',
  accuracy: 'Accuracy (%)',
  size: 'Size',
  loses: 'Loses (points)',
  verdict: 'Verdict',
  met: 'Meets the challenge.',
  load: 'Load',
  loadOf: (name: string) => `Load the config of ${name}`,
  remove: 'Remove',
  removeOf: (name: string) => `Remove the hand-in of ${name}`,
  csvName: 'fewbits-ranking.csv',
  onImages: (n: number) => `Measured on this device, on ${count(n)} test images.`,
  /** `waiting`: hand-ins that are not measured yet. */
  beats: (people: number, all: number, waiting: number) =>
    `${count(people)} of ${count(all)} meet the challenge${waiting === 0 ? '.' : ` so far; ${count(waiting)} not measured yet.`}`,
  leads: (name: string) => `${name} leads.`,
  nobody: 'no name',
  unreadable: 'Not a link of this page.',
  otherTask: 'Made with another network or other images.',
  noChallenge: 'Handed in without a challenge.',
  otherChallenge: 'Made for another challenge.',
  handInsName: 'The hand-ins',
});
