import { expect, test } from 'vitest';
import { uniformPolicy } from '../../graph/policy';
import { pairedDifference, wilson } from '../../math/statistics';
import { challengeText } from '../link/challengeText';
import type { Challenge } from '../state/challenges';
import { expectedArchitecture, type MeasuredPoint } from '../state/desk';
import { compareScores, dailyChallenge, scoreOf } from './challenges';

const policy = uniformPolicy(expectedArchitecture('tiny'), 4, 8);

/** A config with so many right answers of 2,000, where the float network has `float`. */
function point(right: number, float = 1900): MeasuredPoint {
  const [lost, gained] = [Math.max(0, float - right), Math.max(0, right - float)];
  return {
    context: '',
    policy,
    accuracy: wilson(right, 2000),
    loss: 1,
    againstFloat: pairedDifference(gained, lost, 2000),
  };
}

test.each<[string, Challenge | null]>([
  ['none', null],
  ['small:1', { kind: 'small', points: 1 }],
  ['accurate:64KB', { kind: 'accurate', bytes: 65536 }],
  ['accurate:37.5KB:88.25', { kind: 'accurate', bytes: 38400, atLeast: 88.25 }],
])('links write %s', (text, challenge) => {
  expect(challengeText.write(challenge)).toBe(text);
  expect(challengeText.read(text)).toEqual(challenge);
});

test.each(['', 'small', 'small:-1', 'small:101', 'accurate:0KB', 'accurate:64', 'accurate:64KB:101', 'small:1e9'])(
  '"%s" is no challenge',
  (text) => {
    expect(challengeText.read(text)).toBeUndefined();
  },
);

test('a size and an accuracy are met exactly, an image less is not', () => {
  const challenge: Challenge = { kind: 'accurate', bytes: 1000, atLeast: 88.05 };
  expect(scoreOf(challenge, 1000, point(1761)).met).toBe(true);
  expect(scoreOf(challenge, 1000, point(1760)).met).toBe(false);
  expect(scoreOf(challenge, 1001, point(1990)).met).toBe(false);
  expect(scoreOf(challenge, 1001, undefined).met).toBe(false);
  expect(scoreOf(challenge, 1000, undefined).met).toBeUndefined();
});

test('a loss is that against the float network on the same images', () => {
  const challenge: Challenge = { kind: 'small', points: 1 };
  expect(scoreOf(challenge, 5, point(1880))).toMatchObject({ met: true });
  expect(scoreOf(challenge, 5, point(1880)).lost).toBeCloseTo(1, 9);
  expect(scoreOf(challenge, 5, point(1879)).met).toBe(false);
  expect(scoreOf(challenge, 5, point(1950)).lost).toBeCloseTo(-2.5, 9);
});

test('ahead is what meets the challenge, then by its goal, then by the other number', () => {
  const order = (challenge: Challenge, configs: [bytes: number, right: number | null][]) =>
    configs
      .map(([bytes, right]) => scoreOf(challenge, bytes, right === null ? undefined : point(right)))
      .sort((a, b) => compareScores(challenge, a, b))
      .map(({ bytes }) => bytes);
  expect(
    order({ kind: 'accurate', bytes: 100 }, [
      [100, null],
      [101, 1990],
      [90, 1800],
      [80, 1800],
      [99, 1850],
    ]),
  ).toEqual([99, 80, 90, 100, 101]);
  expect(
    order({ kind: 'small', points: 1 }, [
      [50, 1700],
      [70, 1890],
      [60, 1881],
    ]),
  ).toEqual([60, 70, 50]);
});

test('the challenge of a day is the same for all, of whole kilobytes, and another one on another day', () => {
  const days = Array.from({ length: 28 }, (_, i) => `2026-11-${String(i + 1).padStart(2, '0')}`);
  const sizes = days
    .map((day) => dailyChallenge(day, 81.2 * 1024))
    .map((challenge) => (challenge as { bytes: number }).bytes / 1024);
  expect(sizes).toEqual(days.map((day) => (dailyChallenge(day, 81.2 * 1024) as { bytes: number }).bytes / 1024));
  for (const size of sizes) {
    expect(Number.isInteger(size)).toBe(true);
    expect(size).toBeGreaterThan(20);
    expect(size).toBeLessThan(65);
  }
  expect(new Set(sizes).size).toBeGreaterThan(10);
});
