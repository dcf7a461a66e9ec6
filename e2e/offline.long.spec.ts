// All core tasks at a second visit without a network.
import { type SiteCopy, serveCopy, visit } from './copy';
import { doCoreTasks } from './coreTasks';
import { test } from './test';

test.use({ serviceWorkers: 'allow' });

let site: SiteCopy;
test.afterEach(() => site.remove());

test('the core tasks by keyboard need no network', async ({ page }) => {
  site = await serveCopy();
  await visit(page, site, '#v1/tiny/emoji10');
  await site.stop();
  await page.goto('about:blank');
  await doCoreTasks(page, `${site.url}#v1/tiny/emoji10`);
});
