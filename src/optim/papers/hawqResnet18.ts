// HAWQ-V3's tables of ResNet-18 at 4 or 8 bits, and the policies that it published.
// Origin: github.com/Zhen-Dong/HAWQ (MIT license), ILP.ipynb and the bit_config of its ResNet-18; layers in execution order,
// projections last in their block, without the first and the last layer. Times are in public/costs/t4-resnet18.csv.

/** Trace of the Hessian of each layer. */
export const TRACE = [
  0.06857826, 0.03162379, 0.03298575, 0.01205663, 0.02222431, 0.00596336, 0.06931772, 0.00807129, 0.00372905,
  0.00530698, 0.00209011, 0.00737569, 0.00210454, 0.00151197, 0.00158041, 0.00078146, 0.00451841, 0.00098745,
  0.00072944,
];

/** Squared rounding error of each layer's weights. */
export const ERROR = {
  8: [
    0.0235, 0.0125, 0.0102, 0.0082, 0.0145, 0.0344, 0.0023, 0.0287, 0.0148, 0.0333, 0.0682, 0.0027, 0.0448, 0.0336,
    0.0576, 0.113, 0.0102, 0.0947, 0.0532,
  ],
  4: [
    6.743, 3.9691, 3.3281, 2.6796, 4.7277, 10.5966, 0.6827, 9.0942, 4.8857, 10.7599, 21.7546, 0.8603, 14.5324, 10.9651,
    18.7706, 36.4044, 3.1572, 29.6994, 17.4016,
  ],
} as const;

export const WEIGHTS = [
  36864, 36864, 36864, 36864, 73728, 147456, 8192, 147456, 147456, 294912, 589824, 32768, 589824, 589824, 1179648,
  2359296, 131072, 2359296, 2359296,
];

const strided = [57802752, 115605504, 6422528, 115605504, 115605504];
export const MACS = [115605504, 115605504, 115605504, 115605504, ...strided, ...strided, ...strided];

/** Layers of one width: a projection has that of the preceding convolution, to whose output it is added. */
export const GROUPS = [
  [0],
  [1],
  [2],
  [3],
  [4, 6],
  [5],
  [7],
  [8],
  [9, 11],
  [10],
  [12],
  [13],
  [14, 16],
  [15],
  [17],
  [18],
];

/** The published widths, half of the way from the limit of all 4 to that of all 8 bits. */
export const POLICIES = {
  size: [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 4, 8, 4, 4],
  bitOps: [8, 8, 8, 4, 8, 8, 8, 8, 4, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4],
  latency: [8, 8, 8, 8, 8, 4, 8, 8, 4, 8, 8, 8, 4, 4, 8, 4, 8, 4, 4],
} as const;
