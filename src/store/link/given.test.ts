// What a link for a room sets is what it says, and nothing of the desk that makes it that was not asked for.
import { expect, test } from 'vitest';
import { uniformAt } from '../measure/costs';
import { initialDesk } from '../state/desk';
import { HIDEABLE, LESSON_NEEDS } from '../state/shared';
import { type Given, givenLink, placeOfRoom } from './given';
import { readLink } from './link';

const NOTHING = { hidden: [], fixedSeed: null, projected: false } as const;
const plain: Given = { start: 'network', network: 'tiny', challenge: null, ...NOTHING };
const now = { ...initialDesk('resnet8'), by: 'Ms. Noether', lesson: 'bit' as const, ...NOTHING };

test.each<[Partial<Given>, string]>([
  [{}, 'v1/tiny/emoji10'],
  [{ network: 'resnet8', fixedSeed: 7 }, 'v1/resnet8/emoji10/fix=7'],
  [{ challenge: { kind: 'small', points: 1 } }, 'v1/tiny/emoji10/tab=learn/challenge=small:1'],
  [{ hidden: ['export', 'search'] }, 'v1/tiny/emoji10/hide=search,export'],
  [{ start: 'bit', hidden: ['layer', 'train'] }, 'v1/tiny/emoji10/tab=learn/lesson=bit/hide=train'],
  [{ projected: true }, 'v1/tiny/emoji10/view=projector'],
])('%o is %s', (given, link) => {
  expect(givenLink({ ...plain, ...given }, now)).toBe(link);
});

test('a link joins the live room of its page, without the key that leads it', () => {
  const leading = 'http://192.168.1.7:8080/fewbits/?room=0231&lead=839387309#v1/tiny/emoji10';
  expect(placeOfRoom(leading, true)).toBe('http://192.168.1.7:8080/fewbits/?room=0231');
  expect(placeOfRoom(leading, false)).toBe('http://192.168.1.7:8080/fewbits/');
  expect(placeOfRoom('https://example.org/?backend=wasm', true)).toBe('https://example.org/');
});

test('the desk as it is keeps its bits and network, and not whose it is', () => {
  const four = { ...now, policy: uniformAt(now.architecture, 4) };
  const { state, problems } = readLink(givenLink({ ...plain, start: 'desk', hidden: ['train'] }, four));
  expect(problems).toEqual([]);
  expect(state).toMatchObject({ networkId: 'resnet8', policy: four.policy, by: '', lesson: null, hidden: ['train'] });
});

test('a lesson keeps what it needs, whatever is hidden', () => {
  for (const [lesson, needs] of Object.entries(LESSON_NEEDS)) {
    const { state } = readLink(givenLink({ ...plain, start: lesson as Given['start'], hidden: HIDEABLE }, now));
    expect(state?.hidden).toEqual(HIDEABLE.filter((part) => !needs.includes(part)));
  }
});
