// The GPU is lost under WebGL, which Chromium renders in software when forced: the page says so at once in plain words,
// a button restarts the engine, and the accuracy measured afterwards is the same as before.
import { expect, type Page, test } from '@playwright/test';

const accuracy = (page: Page) => page.getByRole('status', { name: 'Accuracy' });
/** Waits until the engine has measured on all test images, and returns the result; ignores earlier results. */
async function measured(page: Page): Promise<string> {
  await expect(page.getByText(/^Measured: .* of 2,000 test images/)).toBeAttached({ timeout: 20 * 60_000 });
  await expect(accuracy(page)).toContainText('measured, n = 2,000');
  return (await accuracy(page).textContent()) ?? '';
}
const engine = (page: Page) => {
  const worker = page.workers().find((one) => /\/worker-/.test(one.url()));
  if (worker === undefined) throw new Error('no engine runs');
  return worker;
};

/** Keeps the engine's WebGL contexts where the test can lose them, installed before the engine's own code runs. */
async function keepContexts(page: Page): Promise<void> {
  await page.route('**/assets/worker-*.js', async (route) => {
    const response = await route.fetch();
    const kept = `{
      const contexts = (globalThis.contexts = []);
      const { getContext } = OffscreenCanvas.prototype;
      OffscreenCanvas.prototype.getContext = function (...args) {
        const context = getContext.apply(this, args);
        if (args[0].startsWith('webgl') && context !== null && !contexts.includes(context)) contexts.push(context);
        return context;
      };
    }`;
    await route.fulfill({ response, body: `${kept}\n${await response.text()}` });
  });
}

test('a lost WebGL context is reported within ten seconds, and accuracy is the same after a restart', async ({
  page,
}) => {
  await keepContexts(page);
  await page.goto('./?backend=webgl#v1/tiny/emoji10/w=4');
  const fault = page.getByRole('alert').filter({ hasText: 'The engine stopped' });
  await expect(fault.or(page.getByText(/^webgl/i)).first()).toBeVisible();
  const why = (await fault.isVisible()) ? await fault.textContent() : '';
  test.skip(/WebGL 2 is not available|no OffscreenCanvas/.test(why ?? ''), `this browser has no WebGL: ${why}`);
  const before = await measured(page);

  const lost = await engine(page).evaluate(() => {
    const alive = (globalThis as unknown as { contexts: WebGL2RenderingContext[] }).contexts.filter(
      (one) => !one.isContextLost(),
    );
    for (const one of alive) one.getExtension('WEBGL_lose_context')?.loseContext();
    return alive.length;
  });
  expect(lost).toBeGreaterThan(0);
  await expect(fault).toContainText('the GPU (WebGL) was lost: its driver failed or restarted');
  await fault.getByRole('button', { name: 'Restart engine' }).click();
  await expect(fault).toBeHidden();
  await expect(page.getByText('Ready: computing with webgl')).toBeAttached();
  expect(await measured(page)).toBe(before);
});
