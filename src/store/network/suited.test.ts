import { expect, test } from 'vitest';
import { imagesFor, networkFor } from './suited';

test('spectrograms and the keyword spotter bring each other, and pictures the others', () => {
  expect(networkFor('words12', 'resnet8')).toBe('ds-cnn');
  expect(networkFor('emoji10', 'ds-cnn')).toBe('resnet8');
  expect(networkFor('cifar10', 'ds-cnn')).toBe('resnet8');
  expect(imagesFor('ds-cnn', 'emoji10')).toBe('words12');
  expect(imagesFor('tiny', 'words12')).toBe('emoji10');
});

test('what is on the desk stays where it fits, and where only its owner knows', () => {
  for (const dataset of ['emoji10', 'cifar10', 'cifar100', 'idx', 'folder'] as const) {
    expect(networkFor(dataset, 'mobilenet-025')).toBe('mobilenet-025');
    expect(imagesFor('vgg-small', dataset)).toBe(dataset);
  }
  for (const own of ['idx', 'folder'] as const) {
    expect(networkFor(own, 'ds-cnn')).toBe('ds-cnn');
    expect(imagesFor('ds-cnn', own)).toBe(own);
  }
  expect(networkFor('words12', 'own-a')).toBe('own-a');
  expect(imagesFor('own-a', 'words12')).toBe('words12');
});
