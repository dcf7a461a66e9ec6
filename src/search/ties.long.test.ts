import { beforeAll, test } from 'vitest';
import { useBackend } from '../nn/backends.testing';
import type { SearchId } from './registry';
import { keepsTies } from './ties.testing';

beforeAll(() => useBackend('wasm'));

test.each<SearchId>(['limpq', 'dnas', 'metaquantnet'])(
  '%s measures and chooses only policies whose tied layers have one width',
  keepsTies,
);
