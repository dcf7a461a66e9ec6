import { expect, test } from 'vitest';
import { ImportError } from './importer';

test('an error says what, where, why and what to do, in this order', () => {
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
