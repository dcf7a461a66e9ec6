// No accessibility violation at any step of any lesson on a phone, in either language and theme. What a task asks for is passed
// over, as if it had been done at an earlier visit, with a value for what would have been measured then: lessons.ts walks through
// all of it.

import { LESSON_IDS, type LessonProgress, type StepOutcome } from '../src/store/state/lessons';
import { lessons as german } from '../src/words/de/lessons';
import { lessons as english } from '../src/words/en/lessons';
import { expectAccessible } from './axe';
import { expect, test } from './test';

for (const [locale, words] of [
  ['en-US', english],
  ['de-DE', german],
] as const)
  test.describe(`in ${locale}`, () => {
    test.use({ locale, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

    for (const id of LESSON_IDS)
      test(`each step of the lesson ${id} is accessible`, async ({ page }) => {
        await page.goto(`./#v1/resnet8/emoji10/tab=learn/lesson=${id}`);
        const card = page
          .getByRole('region')
          .filter({ has: page.getByRole('heading', { level: 4 }) })
          .last();
        const heading = card.getByRole('heading', { level: 4 });
        const lock = card.getByRole('button', { name: words.lock });
        const goOn = card.getByRole('button', { name: new RegExp(`^(${words.goOn}|${words.finish})$`) });
        let steps = 0;
        let passedOver = false;
        for (;;) {
          const place = (await heading.textContent()) ?? '';
          await expectAccessible(page, `${id}: ${place}`);
          if (place === words.end) break;
          steps++;
          if (await lock.isVisible()) await lock.click();
          else {
            const reveals = place.endsWith(words.kinds.reveal);
            if (reveals && !passedOver) await expect(goOn).toBeEnabled();
            if (await goOn.isEnabled()) await goOn.click();
            else {
              passedOver = true;
              await page.evaluate(
                ([key, measures]) => {
                  const progress = JSON.parse(localStorage.getItem(key) ?? '{}') as LessonProgress;
                  const measured = ([step, outcome]: [string, StepOutcome]) => [
                    step,
                    typeof outcome.guess === 'number' ? { measured: { value: 50 }, ...outcome } : outcome,
                  ];
                  const outcomes = measures
                    ? Object.fromEntries(Object.entries(progress.outcomes).map(measured))
                    : progress.outcomes;
                  const at = measures ? progress.at : progress.at + 1;
                  const reached = Math.max(at, progress.reached);
                  localStorage.setItem(key, JSON.stringify({ ...progress, at, reached, outcomes }));
                },
                [`fewbits.lesson.${id}`, reveals] as const,
              );
              await page.reload();
              if (reveals) {
                await expect(goOn).toBeEnabled();
                await expectAccessible(page, `${id}: ${place}, measured`);
                await goOn.click();
              }
            }
          }
          await expect(heading).not.toHaveText(place);
        }
        expect(steps).toBeGreaterThan(7);
      });
  });
