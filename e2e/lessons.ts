// Walking through lessons by keyboard alone.
import type { Locator, Page } from '@playwright/test';
import { expectAccessible } from './axe';
import { run, tabTo } from './keys';
import { expect } from './test';

/** What is done at a step that asks for something, by the words of its task. */
export type Deeds = readonly (readonly [task: RegExp, act: (page: Page) => Promise<void>])[];

const cardOf = (page: Page, title: string) =>
  page.getByRole('region', { name: `Lesson: ${title}` }).filter({ has: page.getByRole('heading', { level: 4 }) });
const button = (card: Locator, name: string | RegExp) => card.getByRole('button', { name, exact: true });

/** Opens a lesson from its list. */
export async function openLesson(page: Page, title: string): Promise<Locator> {
  await run(page, 'Show Learn');
  await tabTo(page, page.getByRole('button', { name: `Start: ${title}` }));
  await page.keyboard.press('Enter');
  const card = cardOf(page, title);
  await expect(card.getByRole('heading', { level: 4 })).toBeFocused();
  return card;
}

/** Locks a guess; what it is about is covered until then. */
async function predict(page: Page, card: Locator): Promise<void> {
  const slider = card.getByRole('slider', { name: 'Your guess' });
  await tabTo(page, slider);
  for (const key of ['End', 'ArrowLeft', 'ArrowLeft']) await page.keyboard.press(key);
  const guess = await slider.getAttribute('aria-valuetext');
  if (/[%B]$/.test(guess ?? '')) await expect(page.getByRole('status', { name: 'Accuracy' })).toHaveCount(0);
  await tabTo(page, button(card, 'Lock my guess'));
  await page.keyboard.press('Enter');
  await expect(card.getByRole('status')).toContainText(`You said ${guess}`);
  await expect(card.getByRole('status')).toContainText(/Measured|Computed/);
  await expect(page.getByRole('status', { name: 'Accuracy' })).toBeAttached();
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
export async function walkThrough(page: Page, card: Locator, deeds: Deeds): Promise<void> {
  const heading = card.getByRole('heading', { level: 4 });
  const left = new Set(deeds);
  for (;;) {
    const place = (await heading.textContent()) ?? '';
    if (place === 'The end') break;
    await expect(heading).toBeFocused();
    const kind = place.replace(/^.*: /, '');
    if (kind === 'Predict') await predict(page, card);
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
    await expect(goOn).toBeEnabled();
    await tabTo(page, goOn);
    await page.keyboard.press('Enter');
    await expect(heading).not.toHaveText(place);
  }
  expect([...left].map(([task]) => task.source)).toEqual([]);
  await expect(card.getByRole('listitem').first()).toContainText('You said');
  await expectAccessible(page, 'the end of a lesson');
}

/** Leaves the lesson. */
export async function leave(page: Page, card: Locator): Promise<void> {
  await tabTo(page, button(card, 'Leave lesson'));
  await page.keyboard.press('Enter');
  await expect(card).toHaveCount(0);
}
