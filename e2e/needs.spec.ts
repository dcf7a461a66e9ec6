// The page as people set it up for themselves: enlarged, without motion, in the colors of their system.
import type { Locator, Page } from '@playwright/test';
import { openTab } from './tabs';
import { expect, test } from './test';

const measured = (page: Page) =>
  expect(page.getByRole('status', { name: 'Accuracy' })).toContainText('measured, n = 2,000');

/** Controls and texts that stick out at a side of the window, where nothing scrolls to them. */
const cutOff = (page: Page) =>
  page.evaluate(() => {
    const { scrollWidth } = document.documentElement;
    const found = scrollWidth > innerWidth ? [`the page scrolls sideways by ${scrollWidth - innerWidth}`] : [];
    const scrolls = (element: Element | null): boolean =>
      element !== null &&
      (/auto|scroll/.test(getComputedStyle(element).overflowX) || scrolls(element.parentElement?.closest('*') ?? null));
    for (const element of document.querySelectorAll('button, a, input, select, summary, p, h1, h2, h3, label, td')) {
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const { left, right, width, top } = element.getBoundingClientRect();
      const unseen = width <= 1 || top < 0 || getComputedStyle(element).clipPath !== 'none';
      if (!unseen && (left < -0.5 || right > innerWidth + 0.5) && !scrolls(element))
        found.push(`${element.tagName} ${element.textContent?.slice(0, 40)}: ${left} to ${right}`);
    }
    return found;
  });

/** Fails where what has the focus lies under something else. */
async function expectFocusFree(page: Page, stops: number): Promise<void> {
  for (let stop = 0; stop < stops; stop++) {
    await page.keyboard.press('Tab');
    const hidden = await page.evaluate(() => {
      const focused = document.activeElement;
      if (!focused || focused === document.body) return '';
      const { left, right, top, bottom } = focused.getBoundingClientRect();
      const points = [top + 2, (top + bottom) / 2, bottom - 2].map((y) =>
        document.elementFromPoint((left + right) / 2, y),
      );
      const free = points.some((hit) => hit && (focused.contains(hit) || hit.contains(focused)));
      return free ? '' : `${focused.outerHTML.slice(0, 100)} at ${top} to ${bottom}`;
    });
    expect(hidden).toBe('');
  }
}

// 1280 by 1024 at 400 %, and 1280 by 720 at 200 %.
for (const [width, height] of [
  [320, 256],
  [640, 360],
] as const)
  test(`at ${width}x${height} nothing is cut off, covered or lost`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await page.goto('./#v1/tiny/emoji10/w=3');
    await measured(page);
    for (const view of ['Tune', 'Plot', 'Images', 'Search', 'Learn']) {
      await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: view }).press('Enter');
      for (const other of [undefined, { Images: 'Layer', Search: 'Train' }[view]]) {
        if (other) await page.getByRole('tab', { name: other }).press('Enter');
        await page.evaluate(() => new Promise(requestAnimationFrame));
        expect(await cutOff(page), `${view} ${other ?? ''}`).toEqual([]);
      }
    }
    await page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name: 'Tune' }).press('Enter');
    await page.getByRole('button', { name: 'Setup' }).press('Enter');
    expect(await cutOff(page), 'setup').toEqual([]);
    await expectFocusFree(page, 24);
    for (const name of ['Export', 'Help']) {
      await page.getByRole('button', { name, exact: true }).press('Enter');
      await expect(page.getByRole('dialog')).toBeVisible();
      expect(await cutOff(page), name).toEqual([]);
      await page.keyboard.press('Escape');
    }
  });

test('nothing moves where the system asks for no motion', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('./#v1/tiny/emoji10');
  await measured(page);
  const moving = () =>
    page.evaluate(() =>
      [...document.querySelectorAll('*')].flatMap((element) =>
        ['', '::before', '::after'].flatMap((part) => {
          const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element, part || null);
          const still =
            animationName === 'none' && /^(0s(, )?)+$/.test(transitionDuration) && scrollBehavior === 'auto';
          return still ? [] : [`${element.outerHTML.slice(0, 80)}${part}: ${animationName} ${transitionDuration}`];
        }),
      ),
    );
  expect(await moving()).toEqual([]);
  await page.getByRole('slider', { name: 'conv4 weight bits' }).press('2');
  await openTab(page, 'Train');
  await page.getByRole('button', { name: 'Start training' }).click();
  await page.getByRole('button', { name: 'Presets' }).click();
  // Until its code is here, a text waits to be shown, by an animation that moves nothing.
  await expect(page.getByText('Loading the curves…')).toHaveCount(0);
  expect(await moving()).toEqual([]);
});

test.describe('in forced colors', () => {
  test.use({ contextOptions: { forcedColors: 'active' } });

  /** What sets an element apart where the system has chosen the colors. */
  const looks = (element: Locator) =>
    element.evaluate((found) => {
      const { outlineStyle, outlineColor, borderColor, borderWidth, backgroundColor, color, forcedColorAdjust } =
        getComputedStyle(found);
      const after = getComputedStyle(found, '::after');
      return JSON.stringify([
        outlineStyle === 'none' ? '' : outlineColor,
        borderColor + borderWidth,
        // Where colors are forced, backgrounds are alike.
        forcedColorAdjust === 'none' ? backgroundColor + color : '',
        after.content === 'none' ? '' : after.backgroundColor,
      ]);
    });

  test('focus, choices, faders and points are told apart', async ({ page }) => {
    await page.goto('./#v1/tiny/emoji10/w=34568/fits=32KB');
    await measured(page);
    const rack = page.getByRole('region', { name: 'Layers' });
    const mode = (name: string) => rack.getByText(name, { exact: true });
    expect(await looks(mode('Weights'))).not.toBe(await looks(mode('Both')));
    const tab = (name: string) => page.getByRole('tab', { name, exact: true });
    expect(await looks(tab('Images'))).not.toBe(await looks(tab('Learn')));
    const fader = page.getByRole('slider', { name: 'conv3 weight bits' });
    const cap = (layer: string) => page.locator(`[data-fader="${layer}"] [data-cap]`);
    await expect(cap('conv2')).toHaveCSS('border-top-style', 'solid');
    await fader.press('Shift+ArrowLeft');
    await expect(cap('conv2')).toHaveCSS('outline-style', 'solid');
    const strip = (layer: string) => page.locator(`[data-strip="${layer}"]`);
    expect(await looks(strip('conv3'))).not.toBe(await looks(strip('fc')));
    const plot = page.getByRole('region', { name: 'Accuracy against model size', exact: true });
    await expect(plot.getByText('YOU', { exact: true })).toBeVisible();
    await expect(page.getByRole('switch', { name: /^Hold/ })).toHaveCSS('border-top-style', 'solid');
    // Along the page, each stop shows that it has the focus.
    await page.getByRole('link', { name: 'Skip to the desk' }).focus();
    for (let stop = 0; stop < 30; stop++) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(() => {
        const focused = document.activeElement as Element;
        const drawn = [focused, ...(focused.parentElement?.querySelectorAll(':scope > :is(span, [data-cap])') ?? [])];
        return drawn.some((one) => getComputedStyle(one).outlineStyle !== 'none')
          ? ''
          : focused.outerHTML.slice(0, 120);
      });
      expect(seen, 'has the focus and does not show it').toBe('');
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const view = (name: string) => page.getByRole('navigation', { name: 'Views' }).getByRole('button', { name });
    await view('Tune').click();
    // Under the pointer as well.
    expect(await looks(view('Tune'))).not.toBe(await looks(view('Learn')));
    await expect(view('Tune')).not.toHaveCSS('background-color', 'rgba(0, 0, 0, 0)');
    const stops = page.locator('[data-fader="conv3"]');
    expect(await looks(stops.getByText('5', { exact: true }))).not.toBe(
      await looks(stops.getByText('4', { exact: true })),
    );
  });
});
