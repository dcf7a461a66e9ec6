// The `test` for a failing network: the browser itself logs failed requests to the console, so only exceptions fail
// these tests.
import { test as base, expect } from '@playwright/test';

export { expect };

export const test = base.extend<{ noExceptions: undefined }>({
  noExceptions: [
    async ({ context }, use) => {
      const errors: string[] = [];
      context.on('weberror', (webError) => errors.push(String(webError.error().stack ?? webError.error())));
      await use(undefined);
      expect(errors, 'exceptions in the page').toEqual([]);
    },
    { auto: true },
  ],
});
