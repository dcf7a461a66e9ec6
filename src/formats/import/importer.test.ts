import { expect, test } from 'vitest';
import { ImportError } from './importer';

test('an error states problem, place, reason and remedy, in this order', () => {
  const problem = {
    what: 'The file ends early.',
    where: 'a.onnx, byte 12',
    why: 'It was cut.',
    next: 'Copy it again.',
  };
  const error = new ImportError(problem);
  expect(error.message).toBe('The file ends early. (a.onnx, byte 12) It was cut. Copy it again.');
  expect(error).toMatchObject(problem);
});

test('no sentence quotes more than 200 characters of a file', () => {
  const long = 'x'.repeat(5000);
  const { what, where, message } = new ImportError({
    what: `The tensor "${long}" is [${Array(3000).fill(1).join(', ')}].`,
    where: `${long}.onnx`,
    why: `${long} ${long} ${Array(5000).fill('word').join(' ')}`,
    next: 'Copy it again.',
  });
  expect(what).toBe(`The tensor "${'x'.repeat(197)}…" is [${`${Array(3000).fill(1).join(', ')}`.slice(0, 197)}…].`);
  expect(where).toBe(`${'x'.repeat(198)}…x`);
  expect(message.length).toBeLessThan(2000);
});
