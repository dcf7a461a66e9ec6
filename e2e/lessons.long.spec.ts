// The lessons that measure, search and train for longer than the first, by keyboard from start to end.
import { takeLesson } from './lessons';
import { test } from './test';

for (const title of [
  'Not all layers are equal',
  'Spend a budget',
  'Let the machine search',
  'Train for it, or round better',
  'How small can it get?',
])
  test(`“${title}” by keyboard, from start to end and back to the desk before`, async ({ page }) => {
    await takeLesson(page, title);
  });
