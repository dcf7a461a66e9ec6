// Runs before each test file that shares its modules with others: puts back what the file before it may have changed.
import * as tf from '@tensorflow/tfjs-core';
import { vi } from 'vitest';

vi.useRealTimers();
vi.unstubAllGlobals();
vi.restoreAllMocks();
if (tf.findBackend('cpu') !== null) await tf.setBackend('cpu');
