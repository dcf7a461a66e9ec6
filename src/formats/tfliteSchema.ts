// The part of TensorFlow Lite's schema that small networks need, and its numbers.
// Reference: https://github.com/google-ai-edge/LiteRT, tflite/converter/schema/schema.fbs (version 3, identifier TFL3).
import type { Schema, Table } from './flatbuffer';

export const TFLITE_IDENTIFIER = 'TFL3';
export const TFLITE_VERSION = 3;

/** TensorType. */
export const TENSOR_TYPES = {
  FLOAT32: 0,
  FLOAT16: 1,
  INT32: 2,
  UINT8: 3,
  INT64: 4,
  STRING: 5,
  BOOL: 6,
  INT16: 7,
  COMPLEX64: 8,
  INT8: 9,
  FLOAT64: 10,
  UINT32: 15,
  UINT16: 16,
  INT4: 17,
  BFLOAT16: 18,
  INT2: 19,
  UINT4: 20,
} as const;

/** BuiltinOperator: those that small networks use, so that the others can be named by number alone. */
export const BUILTIN_OPERATORS = {
  ADD: 0,
  AVERAGE_POOL_2D: 1,
  CONCATENATION: 2,
  CONV_2D: 3,
  DEPTHWISE_CONV_2D: 4,
  DEPTH_TO_SPACE: 5,
  DEQUANTIZE: 6,
  EMBEDDING_LOOKUP: 7,
  FLOOR: 8,
  FULLY_CONNECTED: 9,
  L2_NORMALIZATION: 11,
  L2_POOL_2D: 12,
  LOCAL_RESPONSE_NORMALIZATION: 13,
  LOGISTIC: 14,
  LSTM: 16,
  MAX_POOL_2D: 17,
  MUL: 18,
  RELU: 19,
  RELU_N1_TO_1: 20,
  RELU6: 21,
  RESHAPE: 22,
  RESIZE_BILINEAR: 23,
  RNN: 24,
  SOFTMAX: 25,
  SPACE_TO_DEPTH: 26,
  SVDF: 27,
  TANH: 28,
  CUSTOM: 32,
  PAD: 34,
  GATHER: 36,
  BATCH_TO_SPACE_ND: 37,
  SPACE_TO_BATCH_ND: 38,
  TRANSPOSE: 39,
  MEAN: 40,
  SUB: 41,
  DIV: 42,
  SQUEEZE: 43,
  STRIDED_SLICE: 45,
  EXP: 47,
  SPLIT: 49,
  LOG_SOFTMAX: 50,
  CAST: 53,
  PRELU: 54,
  MAXIMUM: 55,
  ARG_MAX: 56,
  MINIMUM: 57,
  NEG: 59,
  PADV2: 60,
  SLICE: 65,
  TRANSPOSE_CONV: 67,
  EXPAND_DIMS: 70,
  SUM: 74,
  SQRT: 75,
  RSQRT: 76,
  SHAPE: 77,
  POW: 78,
  REDUCE_MAX: 82,
  PACK: 83,
  SQUARE: 92,
  RESIZE_NEAREST_NEIGHBOR: 97,
  LEAKY_RELU: 98,
  SQUARED_DIFFERENCE: 99,
  MIRROR_PAD: 100,
  ABS: 101,
  SPLIT_V: 102,
  ELU: 111,
  QUANTIZE: 114,
  HARD_SWISH: 117,
  BATCH_MATMUL: 126,
  GELU: 150,
  RELU_0_TO_1: 152,
} as const;

/** Padding of a window. */
export const SAME_PADDING = 0;
export const VALID_PADDING = 1;

/** ActivationFunctionType: what an operation does to its result. */
export const FUSED = { NONE: 0, RELU: 1, RELU_N1_TO_1: 2, RELU6: 3, TANH: 4, SIGN_BIT: 5 } as const;

const fused = ['fusedActivation', 'i8'] as const;
const strides = [
  ['strideW', 'i32'],
  ['strideH', 'i32'],
] as const;
const dilations = [
  ['dilationW', 'i32', 1],
  ['dilationH', 'i32', 1],
] as const;

/** Tables with their fields in the order of their ids. */
export const TFLITE_SCHEMA = {
  Model: [
    ['version', 'u32'],
    ['operatorCodes', '[OperatorCode]'],
    ['subgraphs', '[SubGraph]'],
    ['description', 'str'],
    ['buffers', '[Buffer]'],
    0,
    ['metadata', '[Metadata]'],
    ['signatures', '[SignatureDef]'],
  ],
  OperatorCode: [
    ['deprecatedCode', 'i8'],
    ['customCode', 'str'],
    ['version', 'i32', 1],
    ['code', 'i32'],
  ],
  SubGraph: [
    ['tensors', '[Tensor]'],
    ['inputs', '[i32]'],
    ['outputs', '[i32]'],
    ['operators', '[Operator]'],
    ['name', 'str'],
  ],
  Tensor: [
    ['shape', '[i32]'],
    ['type', 'i8'],
    ['buffer', 'u32'],
    ['name', 'str'],
    ['quantization', 'Quantization'],
    ['isVariable', 'bool'],
    ['sparsity', 'Opaque'],
    ['shapeSignature', '[i32]'],
    ['hasRank', 'bool'],
    0,
    ['externalBuffer', 'u32'],
  ],
  Quantization: [
    ['min', '[f32]'],
    ['max', '[f32]'],
    ['scale', '[f32]'],
    ['zeroPoint', '[i64]'],
    ['details', { 1: 'Opaque', 2: 'Opaque', 3: 'Opaque' }],
    ['axis', 'i32'],
  ],
  Operator: [
    ['opcode', 'u32'],
    ['inputs', '[i32]'],
    ['outputs', '[i32]'],
    [
      'options',
      {
        1: 'Conv2DOptions',
        2: 'DepthwiseConv2DOptions',
        5: 'Pool2DOptions',
        8: 'FullyConnectedOptions',
        9: 'SoftmaxOptions',
        10: 'ConcatenationOptions',
        11: 'AddOptions',
        17: 'ReshapeOptions',
        21: 'FusedOptions',
        22: 'Opaque',
        27: 'ReducerOptions',
        28: 'AddOptions',
        29: 'FusedOptions',
        38: 'Opaque',
        89: 'Opaque',
      },
    ],
  ],
  Buffer: [
    ['data', '[u8]'],
    ['offset', 'u64'],
    ['size', 'u64'],
  ],
  Metadata: [
    ['name', 'str'],
    ['buffer', 'u32'],
  ],
  SignatureDef: [['inputs', '[TensorMap]'], ['outputs', '[TensorMap]'], ['key', 'str'], 0, ['subgraph', 'u32']],
  TensorMap: [
    ['name', 'str'],
    ['tensor', 'u32'],
  ],
  Opaque: [],
  Conv2DOptions: [['padding', 'i8'], ...strides, fused, ...dilations],
  DepthwiseConv2DOptions: [['padding', 'i8'], ...strides, ['depthMultiplier', 'i32'], fused, ...dilations],
  Pool2DOptions: [['padding', 'i8'], ...strides, ['filterWidth', 'i32'], ['filterHeight', 'i32'], fused],
  FullyConnectedOptions: [fused, ['weightsFormat', 'i8'], ['keepDimensions', 'bool'], ['asymmetricInputs', 'bool']],
  SoftmaxOptions: [['beta', 'f32']],
  ConcatenationOptions: [['axis', 'i32'], fused],
  AddOptions: [fused, ['powerOfTwoScale', 'bool', true]],
  FusedOptions: [fused],
  ReshapeOptions: [['newShape', '[i32]']],
  ReducerOptions: [['keepDimensions', 'bool']],
} as const satisfies Schema;

export type TfliteTable<T extends keyof typeof TFLITE_SCHEMA> = Table<typeof TFLITE_SCHEMA, T>;
