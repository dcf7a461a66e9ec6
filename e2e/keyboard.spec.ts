// The core tasks by keyboard.
import { doCoreTasks } from './coreTasks';
import { test } from './test';

test('bits, groups, plot, budget, images, training, search, export, sharing and a network by keyboard', async ({
  page,
}) => {
  test.slow();
  await doCoreTasks(page, './#v1/tiny/emoji10');
});
