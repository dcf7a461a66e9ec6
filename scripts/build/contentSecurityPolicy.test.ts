import { expect, test } from 'vitest';
import { policyFor } from './contentSecurityPolicy';

test('inline scripts are allowed by hash, others only from the site', () => {
  // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
  const hash = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
  const policy = policyFor('<script>alert(1)</script><script type="module" src="a.js"></script>');
  expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval' ${hash};`);
  expect(policy).not.toContain('unsafe-inline');
  expect(policyFor('<p>')).toContain("script-src 'self' 'wasm-unsafe-eval';");
});
