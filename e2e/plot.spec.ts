// The plot by keys and pointer: configs are walked and loaded, the budget is set, moved, undone and removed.
import { expectAccessible } from './axe';
import { expect, test } from './test';

test('arrow keys walk the configs of the plot and say each; Enter loads one, Escape leaves', async ({ page }) => {
  await page.goto('./#v1/tiny/emoji10');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  await plot.getByRole('application').focus();
  await page.keyboard.press('Home');
  const spoken = plot.locator('[aria-live=polite]');
  await expect(spoken).toContainText(/^.+, [\d.]+ % .+ KB, precomputed, n = [\d,]+ test images\. Config 1 of \d+\.$/);
  await page.keyboard.press('ArrowRight');
  await expect(spoken).toContainText(/Config 2 of/);
  const size = /([\d.]+ KB)/.exec((await spoken.textContent()) ?? '')?.[1] as string;
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status', { name: /^(Model size|Memory)$/ })).toContainText(size.replace(' KB', ''));
  await page.keyboard.press('Escape');
  await expect(spoken).toBeEmpty();
});

test('the budget is set by a chip, moved by keys and drag, undone, in the link, and removed', async ({ page }) => {
  await page.goto('./');
  const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
  await plot.getByRole('button', { name: /^fits 64 KB/ }).click();
  const line = plot.getByRole('slider', { name: 'Size budget' });
  await expect(line).toHaveAttribute('aria-valuetext', /^64\.0 KB, 17\.\d KB over$/);
  await expect(page).toHaveURL(/fits=64KB/);
  await line.focus();
  await page.keyboard.press('ArrowLeft');
  await expect(line).toHaveAttribute('aria-valuenow', '63');
  const box = await line.boundingBox();
  if (box === null) throw new Error('the line has no place');
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x - 120, box.y + 8, { steps: 8 });
  await page.mouse.up();
  const dragged = Number(await line.getAttribute('aria-valuenow'));
  expect(dragged).toBeLessThan(60);
  await expectAccessible(page, 'with a budget');
  await page.keyboard.press('Control+z');
  await expect(line).toHaveAttribute('aria-valuenow', '63');
  await line.press('Delete');
  await expect(line).toHaveCount(0);
});
