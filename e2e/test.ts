// The `test` of all end-to-end tests: it fails on a console error, an uncaught exception or a rejected promise, in the
// page or in its worker.
import { test as base, expect } from '@playwright/test';

export { expect };

export const test = base.extend<{ noErrors: undefined }>({
  noErrors: [
    async ({ context }, use) => {
      const errors: string[] = [];
      context.on('console', (message) => {
        if (message.type() === 'error') errors.push(`console: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (webError) => errors.push(`uncaught: ${webError.error().stack ?? webError.error()}`));
      await use(undefined);
      expect(errors, 'errors in the page').toEqual([]);
    },
    { auto: true },
  ],
});
