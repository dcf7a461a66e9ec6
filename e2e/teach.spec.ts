// The view for teachers: what works in this room, the plan, numbers, and a link that a room starts from.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('a teacher checks the room, reads the numbers to expect, and makes a link that others open', async ({ page }) => {
  await page.goto('./#teach');
  const teach = page.getByRole('region', { name: 'Teach', exact: true });
  const room = teach.getByRole('region', { name: 'Prepare this room' });
  await expect(room).toContainText('A secure context');
  await expect(room).toContainText(/[\d,]+ images per second/);
  await expect(room).toContainText(/wasm, .*; \d+ cores?\./);
  const numbers = teach.getByRole('region', { name: 'Numbers to expect' });
  await expect(numbers.getByRole('table', { name: /^ResNet-8, weights [0-9a-f]+/ }).getByRole('row')).toHaveCount(7);
  await expect(numbers.getByRole('row', { name: /^float 95\.1 % 94\.0 to 95\.9 % n = 2,000/ })).toBeVisible();
  const link = teach.getByRole('region', { name: 'Links to give away' }).getByLabel('Link', { exact: true });
  await teach.getByLabel('Network', { exact: true }).selectOption('tiny');
  await teach.getByLabel('Challenge', { exact: true }).selectOption('small:1');
  await expect(link).toHaveValue(/#v1\/tiny\/emoji10\/tab=learn\/challenge=small:1$/);
  const challenge = await link.inputValue();
  await teach.getByLabel('Start with').selectOption('What is a bit?');
  await expect(link).toHaveValue(/lesson=bit$/);
  await expectAccessible(page, 'the view for teachers');
  await page.getByRole('button', { name: 'Close' }).click();
  await expect(teach).toBeHidden();

  await page.goto(challenge);
  await expect(page.getByRole('region', { name: 'Challenges' })).toContainText(
    'The smallest config that loses at most 1 point.',
  );
  await page.getByRole('button', { name: 'For teachers' }).click();
  await expect(teach).toBeVisible();
});
