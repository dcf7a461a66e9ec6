import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { desk, initialDesk } from '../state/desk';
import { createFollower, type Question } from './follower';

let frames: (() => void)[] = [];
let looks = 0;
let questions: { answer(again: boolean): void }[] = [];
let ask = true;

const question: Question = () =>
  new Promise((resolve) => {
    questions.push({ answer: resolve });
  });
const follow = createFollower(['image'], () => {
  looks++;
  return ask ? question : undefined;
});
const settle = () => new Promise((resolve) => setTimeout(resolve));
async function nextFrame(): Promise<void> {
  for (const run of frames.splice(0)) run();
  await settle();
}
const change = (image: number) => desk.setState({ image });

beforeEach(() => {
  [frames, questions, looks, ask] = [[], [], 0, true];
  vi.stubGlobal('requestAnimationFrame', (run: () => void) => frames.push(run));
  desk.setState(initialDesk(), true);
});
afterEach(async () => {
  for (const { answer } of questions) answer(false);
  await settle();
  vi.unstubAllGlobals();
});

test('several changes between two frames cause one look, and changes of other parts none', async () => {
  const stop = follow();
  change(1);
  change(2);
  await nextFrame();
  expect(looks).toBe(1);
  desk.setState({ announcement: 'something else' });
  await nextFrame();
  expect(looks).toBe(1);
  stop();
});

test('makes one request at a time, and looks again after an answer that asks for it', async () => {
  const stop = follow();
  await nextFrame();
  change(1);
  await nextFrame();
  expect([looks, questions.length]).toEqual([2, 1]);
  questions[0].answer(true);
  await settle();
  await nextFrame();
  expect([looks, questions.length]).toEqual([3, 2]);
  questions[1].answer(false);
  await settle();
  expect(frames).toHaveLength(0);
  ask = false;
  change(2);
  await nextFrame();
  expect([looks, questions.length]).toEqual([4, 2]);
  stop();
});

test('makes no requests without followers; the last of several to leave ends it', async () => {
  const [first, second] = [follow(), follow()];
  first();
  await nextFrame();
  expect(questions).toHaveLength(1);
  questions[0].answer(true);
  await settle();
  second();
  await nextFrame();
  expect(questions).toHaveLength(1);
  change(1);
  expect(frames).toHaveLength(0);
});
