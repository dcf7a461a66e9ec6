// The lessons on ResNet-8, which measure, and search, for longer than the others, by keyboard from start to end.
import { takeLesson } from './lessons';
import { test } from './test';

for (const title of ['Not all layers are equal', 'Spend a budget', 'How small can it get?'])
  test(`“${title}” by keyboard, from start to end and back to the desk before`, async ({ page }) => {
    await takeLesson(page, title);
  });
