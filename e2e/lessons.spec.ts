// A lesson by keyboard, from start to end, on the real page: each guess before its value, each task on the desk. The others are in
// lessons.long.spec.ts.
import { expectAccessible } from './axe';
import { takeLesson } from './lessons';
import { expect, test } from './test';

test('“What is a bit?” by keyboard, from start to end and back to the desk before', async ({ page }) => {
  test.slow();
  await takeLesson(page, 'What is a bit?');
});

test('a lesson outlasts a reload with its guesses, opens by its link, and has no accessibility violation', {
  tag: '@long',
}, async ({ page, context }) => {
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
