// CIFAR-100 from its binary records: 1 byte of the coarse label, 1 of the fine one, and 32 x 32 pixels as three planes. The
// classes are the fine labels.
// Reference: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.
import { fingerprint } from '../math/fingerprint';
import { createRng, shuffle } from '../math/rng';
import { recordSet } from './cifar10';
import type { CifarVersion } from './cifarFiles';
import { type Dataset, DatasetFormatError } from './dataset';

const labelBytes = 2;
const recordBytes = labelBytes + 3 * 32 * 32;
const files = ['train.bin', 'test.bin'] as const;
/** Images of the official files; the maximum. */
const full = { 'train.bin': 50_000, 'test.bin': 10_000 } as const;

/** The fine labels, in the order of fine_label_names.txt. */
const cifar100Classes = (
  'apple,aquarium_fish,baby,bear,beaver,bed,bee,beetle,bicycle,bottle,bowl,boy,bridge,bus,butterfly,camel,can,castle,' +
  'caterpillar,cattle,chair,chimpanzee,clock,cloud,cockroach,couch,crab,crocodile,cup,dinosaur,dolphin,elephant,flatfish,' +
  'forest,fox,girl,hamster,house,kangaroo,keyboard,lamp,lawn_mower,leopard,lion,lizard,lobster,man,maple_tree,motorcycle,' +
  'mountain,mouse,mushroom,oak_tree,orange,orchid,otter,palm_tree,pear,pickup_truck,pine_tree,plain,plate,poppy,porcupine,' +
  'possum,rabbit,raccoon,ray,road,rocket,rose,sea,seal,shark,shrew,skunk,skyscraper,snail,snake,spider,squirrel,streetcar,' +
  'sunflower,sweet_pepper,table,tank,telephone,television,tiger,tractor,train,trout,tulip,turtle,wardrobe,whale,' +
  'willow_tree,wolf,woman,worm'
)
  .replaceAll('_', ' ')
  .split(',');

export const cifar100: CifarVersion = {
  label: 'CIFAR-100',
  archive: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
  megabytes: 161,
  files,
  largestFile: full['train.bin'] * recordBytes,
  pickled: 'train',
  join: joinRecords,
};

/** Training records, then test records, after a byte count of the former that the stored copy needs, too. */
function joinRecords(contents: ReadonlyMap<string, Uint8Array>): Uint8Array<ArrayBuffer> {
  const missing = files.filter((name) => !contents.has(name));
  if (missing.length > 0)
    throw new DatasetFormatError(
      `CIFAR-100: ${missing.join(' and ')} not found. Choose cifar-100-binary.tar.gz or its whole unpacked folder (the binary version).`,
    );
  const parts = files.map((name) => {
    const bytes = contents.get(name) as Uint8Array;
    const count = bytes.length / recordBytes;
    if (!Number.isInteger(count) || count < 1 || count > full[name])
      throw new DatasetFormatError(
        `CIFAR-100: ${name} has ${bytes.length} bytes. Expected ${full[name] * recordBytes} (${full[name]} records of ` +
          `${recordBytes} bytes), or a smaller whole number of records. The file is truncated, or of another data set; ` +
          'download it again.',
      );
    checkLabels(name, bytes);
    return bytes;
  });
  const records = new Uint8Array(4 + parts[0].length + parts[1].length);
  new DataView(records.buffer).setUint32(0, parts[0].length / recordBytes);
  records.set(parts[0], 4);
  records.set(parts[1], 4 + parts[0].length);
  return records;
}

function checkLabels(name: string, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += recordBytes)
    if (bytes[at] >= 20 || bytes[at + 1] >= 100)
      throw new DatasetFormatError(
        `CIFAR-100: record ${at / recordBytes} of ${name} has the labels ${bytes[at]} and ${bytes[at + 1]}, expected 0 to 19 ` +
          'and 0 to 99. The file is damaged, or of another data set.',
      );
}

/** The data set of joined records. A tenth of the training records, always the same, becomes the validation split. */
export function cifar100Dataset(joined: Uint8Array, notes: readonly string[] = []): Dataset {
  const train = new DataView(joined.buffer, joined.byteOffset).getUint32(0);
  const records = joined.subarray(4);
  const count = records.length / recordBytes;
  const order = shuffle(
    Uint32Array.from({ length: train }, (_, i) => i),
    createRng(1),
  );
  const validation = Math.floor(train / 10);
  const set = (indices: Uint32Array) => recordSet(records, indices, labelBytes);
  return {
    fingerprint: fingerprint([joined]),
    label: count === 60_000 ? 'CIFAR-100' : `CIFAR-100, a part of ${count.toLocaleString('en-US')} images`,
    notes,
    classes: cifar100Classes,
    height: 32,
    width: 32,
    normalization: { mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
    train: set(order.subarray(validation)),
    validation: set(order.subarray(0, validation)),
    test: set(Uint32Array.from({ length: count - train }, (_, i) => train + i)),
  };
}
