// Networks built as the architectures that weights alone are matched with (zoo/known). Most come without weights, to be trained
// from scratch.
import type { NetworkDefinition } from './definition';
import type { KnownArchitecture } from './known/definition';
import { MOBILE } from './known/mobile';
import { PLAIN } from './known/plain';
import { RESIDUAL, wideResNet20 } from './known/residual';

const named = (label: string, all: readonly KnownArchitecture[], option = ''): KnownArchitecture =>
  all.find((one) => one.label === label && one.reference.endsWith(option)) as KnownArchitecture;

/** The network of `known` with `stem` filters in its first convolution. */
function built(label: string, summary: string, known: KnownArchitecture, stem: number): NetworkDefinition {
  return {
    ...{ label, summary, reference: known.reference, isKnown: true },
    build: (shape, classes) => ({ ...known.build(shape, classes, stem), name: label }),
  };
}

/** One that comes without weights. */
const untrained = (label: string, summary: string, known: KnownArchitecture, stem: number): NetworkDefinition =>
  built(label, `${summary} Without weights, to be trained here.`, known, stem);

/** ResNet of He et al. with parameter-free shortcuts. */
const resnet = (depth: number, summary: string) =>
  untrained(`ResNet-${depth}`, summary, named(`ResNet-${depth}`, RESIDUAL, 'option A'), 16);

export const lenet5 = built(
  'LeNet-5',
  'Two convolutions and three dense layers: 62,006 parameters.',
  named("Network of PyTorch's CIFAR-10 tutorial", PLAIN),
  6,
);
export const resnet14 = resnet(14, 'Six residual blocks with parameter-free shortcuts: 172,506 parameters.');
export const resnet32 = resnet(32, 'Fifteen residual blocks with parameter-free shortcuts: 464,154 parameters.');
export const resnet56 = resnet(56, '27 residual blocks with parameter-free shortcuts: 853,018 parameters.');
export const wrn20x2 = untrained('WRN-20-2', 'ResNet-20, twice as wide: 1,080,090 parameters.', wideResNet20, 16);
export const mobilenet = built(
  'MobileNetV1 0.25',
  'Thirteen depthwise blocks, a quarter as wide as the original: 215,642 parameters.',
  named('MobileNetV1 (CIFAR)', MOBILE),
  8,
);
/** For images of 96 pixels, as MLPerf Tiny has it. */
export const mobilenet96: NetworkDefinition = {
  ...untrained(
    'MobileNetV1 0.25, 96 pixels',
    'The same for images of 96 x 96, as in the visual wake words of MLPerf Tiny.',
    named('MobileNetV1', MOBILE),
    8,
  ),
  input: [96, 96, 3],
};
