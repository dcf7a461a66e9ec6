// Walking through lessons by keyboard alone.
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { run, tabTo } from './keys';
import { expect } from './test';

/** What is done at a step that asks for something, by the words of its task. */
type Deeds = readonly (readonly [task: RegExp, act: (page: Page) => Promise<void>])[];

/** Measuring, searching and training take as long as the machine needs. */
const LONG = 10 * 60_000;

const cardOf = (page: Page, title: string) =>
  page.getByRole('region', { name: `Lesson: ${title}` }).filter({ has: page.getByRole('heading', { level: 4 }) });
const button = (card: Locator, name: string | RegExp) => card.getByRole('button', { name, exact: true });

const press =
  (...keys: string[]) =>
  async (page: Page) => {
    for (const key of keys) await page.keyboard.press(key);
  };
const measured = (page: Page) =>
  expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');

/** Chooses a preset from the menu whose button has the focus. */
const preset = (name: string) => async (page: Page) => {
  await page.keyboard.press('Enter');
  const item = page.getByRole('menuitemradio', { name, exact: true });
  for (let i = 0; i < 12 && !(await item.evaluate((found) => found === document.activeElement)); i++)
    await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await measured(page);
};

/** The fewest bits alike that the first lesson asks for: found downward, one preset after the other. */
async function edge(page: Page): Promise<void> {
  const goal = Number(/at least (\d+)\.0 %/.exec((await page.locator('[data-lesson]').textContent()) ?? '')?.[1]);
  expect(goal).toBeGreaterThan(10);
  const accuracy = page.getByRole('status', { name: 'Accuracy' });
  for (const bits of [3, 4, 6, 8]) {
    await preset(`Uniform ${bits}`)(page);
    if (Number.parseFloat((await accuracy.textContent()) ?? '') >= goal) return;
    await page.getByRole('button', { name: 'Presets' }).focus();
  }
}

/** Presses a button that the lesson has led to. */
const enter = (name: string) => async (page: Page) => {
  await expect(page.getByRole('button', { name, exact: true }).first()).toBeFocused();
  await page.keyboard.press('Enter');
};

/** What the tasks of each lesson ask for, by its title. */
const LESSONS: ReadonlyMap<string, Deeds> = new Map<string, Deeds>([
  [
    'What is a bit?',
    [
      [/Give the layer conv1 2 bits/, press('2')],
      [/Find the edge/, edge],
    ],
  ],
  [
    'Not all layers are equal',
    [
      [/Open the view Sensitivity/, press('Enter')],
      [/bring the file to 60\.0 KB or less/, press('3')],
    ],
  ],
  [
    'Spend a budget',
    [
      [/Turn on the switch “Hold”/, press('Space')],
      [/Give stem 8 bits/, press('8')],
      // The mix that was shown, but for the last layer.
      [/stay within 48\.0 KB/, press(...[...'7565464368'].flatMap((bits, i) => (i > 0 ? ['ArrowRight', bits] : bits)))],
    ],
  ],
  [
    'Let the machine search',
    [
      [/Change at least one layer/, press('5')],
      [/Press “Start search”/, enter('Start search')],
      [/Load the config that the search has picked/, enter('Load')],
    ],
  ],
  [
    'Train for it, or round better',
    [
      [/Press “Improve rounding”/, enter('Improve rounding')],
      [/Press “Start training”/, enter('Start training')],
    ],
  ],
  [
    'How small can it get?',
    [
      [/press “Find the smallest”/, enter('Find the smallest')],
      [/Load the config that was found/, enter('Load')],
    ],
  ],
]);

/** Opens a lesson from its list. */
async function openLesson(page: Page, title: string): Promise<Locator> {
  await run(page, 'Show Learn');
  await tabTo(page, page.getByRole('button', { name: `Start: ${title}` }));
  await page.keyboard.press('Enter');
  const card = cardOf(page, title);
  await expect(card.getByRole('heading', { level: 4 })).toBeFocused();
  return card;
}

/** Locks a guess; what it is about is covered until then. */
async function predict(page: Page, card: Locator): Promise<string> {
  const slider = card.getByRole('slider', { name: 'Your guess' });
  await tabTo(page, slider);
  for (const key of ['End', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
  const guess = await slider.getAttribute('aria-valuetext');
  if (/[%B]$/.test(guess ?? '')) await expect(page.getByRole('status', { name: 'Accuracy' })).toHaveCount(0);
  await tabTo(page, button(card, 'Lock my guess'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toBeAttached();
  return guess ?? '';
}

/** Waits for the value beside the guess. */
async function reveal(card: Locator, guesses: readonly string[]): Promise<void> {
  const said = card.getByRole('status');
  await expect(said).toContainText(/You said .*(Measured|Computed): [−\d]/, { timeout: LONG });
  const text = (await said.textContent()) ?? '';
  expect(guesses.some((guess) => text.startsWith(`You said ${guess}`))).toBe(true);
}

/** Answers a question until the answer is right. */
async function answer(page: Page, card: Locator): Promise<void> {
  const answers = card.getByRole('radio');
  await tabTo(page, answers.first());
  await page.keyboard.press('Space');
  for (let tries = 0; tries < 5; tries++) {
    await page.keyboard.press('Enter');
    const said = card.getByRole('status');
    await expect(said).toHaveText(/^(Right|Not this one)/);
    if (/^Right/.test((await said.textContent()) ?? '')) return;
    await page.keyboard.press('ArrowDown');
  }
  throw new Error('No answer is right.');
}

/** Walks through the open lesson to its end, with what its tasks ask for. */
async function walkThrough(page: Page, card: Locator, deeds: Deeds): Promise<void> {
  const heading = card.getByRole('heading', { level: 4 });
  const left = new Set(deeds);
  const guesses: string[] = [];
  for (;;) {
    const place = (await heading.textContent()) ?? '';
    if (place === 'The end') break;
    const kind = place.replace(/^.*: /, '');
    // A value that is measured in a moment has led the focus on by now.
    if (kind !== 'Reveal') await expect(heading).toBeFocused();
    if (kind === 'Predict') {
      guesses.push(await predict(page, card));
      await expect(heading).not.toHaveText(place);
      continue;
    }
    if (kind === 'Reveal') await reveal(card, guesses);
    else if (await card.getByRole('radio').count()) await answer(page, card);
    else if (kind === 'Try it' || kind === 'Check') {
      const text = (await card.textContent()) ?? '';
      const deed = deeds.find(([task]) => task.test(text));
      if (deed === undefined) throw new Error(`Nobody does: ${text}`);
      left.delete(deed);
      await tabTo(page, button(card, 'Take me there'));
      await page.keyboard.press('Enter');
      await deed[1](page);
    }
    const goOn = page.getByRole('region', { name: /^Lesson: / }).getByRole('button', { name: /^(Continue|Finish)$/ });
    await expect(goOn).toBeEnabled({ timeout: LONG });
    await tabTo(page, goOn);
    await page.keyboard.press('Enter');
    await expect(heading).not.toHaveText(place);
  }
  expect([...left].map(([task]) => task.source)).toEqual([]);
  await expect(card.getByRole('listitem').first()).toContainText('You said');
  await expectAccessible(page, 'the end of a lesson');
}

/** Leaves the lesson. */
async function leave(page: Page, card: Locator): Promise<void> {
  await tabTo(page, button(card, 'Leave lesson'));
  await page.keyboard.press('Enter');
  await expect(card).toHaveCount(0);
}

/** Takes a lesson from its list to its end by keyboard, and returns to the desk before. */
export async function takeLesson(page: Page, title: string): Promise<void> {
  await page.goto('./#v1/resnet8/emoji10/w=6655555344/fits=48KB');
  await expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured');
  const card = await openLesson(page, title);
  await walkThrough(page, card, LESSONS.get(title) ?? []);
  await leave(page, card);
  await expect(page).toHaveURL(/#v1\/resnet8\/emoji10\/w=6655555344\/fits=48KB\/tab=learn$/);
  await expect(page.getByRole('list', { name: 'List of lessons' })).toContainText('finished');
}
