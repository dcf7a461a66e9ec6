// The lessons by keyboard from start to end, on the real page: each guess before its value, each task on the desk.
import { expectAccessible } from './axe';
import { type Deeds, leave, openLesson, walkThrough } from './lessons';
import type { Page } from '@playwright/test';
import { expect, test } from './test';

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

const LESSONS: readonly (readonly [title: string, deeds: Deeds])[] = [
  [
    'What is a bit?',
    [
      [/Give the layer conv1 2 bits/, press('2')],
      [/Find the edge/, edge],
    ],
  ],
];

for (const [title, deeds] of LESSONS)
  test(`“${title}” by keyboard, from start to end and back to the desk before`, async ({ page }) => {
    test.slow();
    await page.goto('./#v1/resnet8/emoji10/w=6655555344/fits=48KB');
    await measured(page);
    const card = await openLesson(page, title);
    await walkThrough(page, card, deeds);
    await leave(page, card);
    await expect(page).toHaveURL(/#v1\/resnet8\/emoji10\/w=6655555344\/fits=48KB\/tab=learn$/);
    await expect(page.getByRole('list', { name: 'List of lessons' })).toContainText('finished');
  });

test('a lesson outlasts a reload with its guesses, opens by its link, and has no accessibility violation', async ({
  page,
  context,
}) => {
  await page.goto('./#v1/resnet8/emoji10/w=4/tab=learn');
  await page.getByRole('button', { name: 'Start: What is a bit?' }).click();
  const card = page.getByRole('region', { name: 'Lesson: What is a bit?' });
  await card.getByRole('button', { name: 'Continue' }).click();
  await expectAccessible(page, 'a prediction');
  await card.getByLabel('Your guess in values').fill('9');
  await card.getByRole('button', { name: 'Lock my guess' }).click();
  await expect(card.getByRole('status')).toContainText('Computed: 16 values');
  await expectAccessible(page, 'what was predicted');
  await expect(page).toHaveURL(/lesson=bit/);
  await page.reload();
  await expect(card.getByRole('heading', { level: 4 })).toHaveText('Step 3 of 11: Reveal');
  await expect(card.getByRole('status')).toContainText('You said 9 values');
  await card.getByRole('button', { name: 'Continue' }).click();
  await expectAccessible(page, 'a task');
  await card.getByRole('button', { name: 'Leave lesson' }).click();
  await expect(page).toHaveURL(/#v1\/resnet8\/emoji10\/w=4\/tab=learn$/);

  await context.clearCookies();
  const other = await context.newPage();
  await other.goto('./#v1/tiny/emoji10/tab=learn/lesson=bit');
  const resumed = other.getByRole('region', { name: 'Lesson: What is a bit?' });
  await expect(resumed.getByRole('heading', { level: 4 })).toHaveText('Step 4 of 11: Try it');
});

test('beside another panel, a bar says what the lesson asks for and leads back', async ({ page }) => {
  await page.goto('./#v1/resnet8/emoji10/tab=learn');
  await page.getByRole('button', { name: 'Start: What is a bit?' }).click();
  const lesson = page.getByRole('region', { name: 'Lesson: What is a bit?' }).filter({ visible: true });
  await lesson.getByRole('button', { name: 'Continue' }).click();
  await lesson.getByRole('button', { name: 'Lock my guess' }).click();
  await lesson.getByRole('button', { name: 'Continue' }).click();
  await expect(lesson.getByRole('heading', { level: 4 })).toHaveText(/Try it$/);
  await page.getByRole('tab', { name: 'Layer' }).click();
  await expect(lesson).toContainText('Give the layer conv1 2 bits');
  await expectAccessible(page, 'the bar of a lesson');
  await page.getByRole('slider', { name: 'conv1 weight bits' }).press('2');
  await expect(lesson.getByRole('button', { name: 'Continue' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(lesson.getByRole('heading', { level: 4 })).toHaveText(/^Step 5 of 11/);
  await expect(lesson.getByRole('heading', { level: 4 })).toBeFocused();
});
