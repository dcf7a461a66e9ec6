// The C99 functions that a network's source calls. `NAME_` becomes the prefix of the network, so that several of them can be
// linked together. Each product and each sum is rounded to float32 on its own, as the page does (rounding/integerLayer.ts).

export const RUNTIME = `#include <float.h>
#include <string.h>

#if FLT_EVAL_METHOD != 0 || defined(__FAST_MATH__)
#error "Results are those of float32 arithmetic, operation by operation: compile without -ffast-math, and with -mfpmath=sse on 32-bit x86."
#endif

/* A convolution; a dense layer is one of a single place. A code u of a weight means lowest + step * u. */
typedef struct {
  int32_t height, width, channels, rows, columns, filters;
  int32_t kernel[2], stride[2], before[2], dilation[2];
  int32_t depth; /* channels that a filter reads */
  int32_t bits, lowest, step;
  const uint8_t *codes; /* filter by filter [height, width, depth], the first in the lowest bits */
  const float *multiplier, *bias;
} NAME_layer;

/* What is done to a result: nothing, or max(0, x), or also min(6, x). */
enum { NAME_NONE, NAME_RELU, NAME_RELU6 };

/* Where results go: as numbers, or as codes of the layer that reads them, a byte each. */
typedef struct {
  float *numbers;
  uint8_t *codes;
  float inverse, least, most;
} NAME_output;

/* Half to even. */
static float NAME_nearest(float x) {
  const float whole = 8388608.0f; /* above it, every float32 is an integer */
  if (x >= whole || x <= -whole) return x;
  return x < 0.0f ? (x - whole) + whole : (x + whole) - whole;
}

static void NAME_store(const NAME_output *to, int32_t at, float x, int activation) {
  if (activation != NAME_NONE && x < 0.0f) x = 0.0f;
  if (activation == NAME_RELU6 && x > 6.0f) x = 6.0f;
  if (to->numbers != NULL) {
    to->numbers[at] = x;
    return;
  }
  x *= to->inverse;
  x = x > to->least ? (x < to->most ? x : to->most) : to->least;
  to->codes[at] = (uint8_t)(int32_t)(NAME_nearest(x) - to->least);
}

static void NAME_unpack(const NAME_layer *l, int32_t filter, int32_t count, int8_t *weights) {
  const uint32_t mask = (1u << l->bits) - 1u;
  uint32_t position = (uint32_t)filter * (uint32_t)count * (uint32_t)l->bits;
  for (int32_t i = 0; i < count; i++, position += (uint32_t)l->bits) {
    const uint8_t *from = l->codes + (position >> 3);
    const uint32_t shift = position & 7u;
    uint32_t word = from[0];
    if (shift + (uint32_t)l->bits > 8u) word |= (uint32_t)from[1] << 8;
    weights[i] = (int8_t)(l->lowest + l->step * (int32_t)((word >> shift) & mask));
  }
}

/* Reads codes, of which \`zero\` is that of 0, or whole numbers. Adds \`plus\`, if any, before the activation. */
static void NAME_convolve(const NAME_layer *l, const uint8_t *codes, int32_t zero, const float *numbers, const float *plus,
                          int activation, const NAME_output *to, int8_t *weights) {
  const int32_t count = l->kernel[0] * l->kernel[1] * l->depth;
  for (int32_t f = 0; f < l->filters; f++) {
    const int32_t first = f / (l->filters * l->depth / l->channels) * l->depth;
    NAME_unpack(l, f, count, weights);
    for (int32_t row = 0; row < l->rows; row++)
      for (int32_t column = 0; column < l->columns; column++) {
        const int32_t at = (row * l->columns + column) * l->filters + f;
        const int8_t *w = weights;
        int32_t sum = 0;
        float total = 0.0f; /* exact: integers below 2^24 */
        for (int32_t i = 0; i < l->kernel[0]; i++)
          for (int32_t j = 0; j < l->kernel[1]; j++, w += l->depth) {
            const int32_t y = row * l->stride[0] - l->before[0] + i * l->dilation[0];
            const int32_t x = column * l->stride[1] - l->before[1] + j * l->dilation[1];
            const int32_t from = (y * l->width + x) * l->channels + first;
            if (y < 0 || y >= l->height || x < 0 || x >= l->width) continue;
            if (codes != NULL)
              for (int32_t k = 0; k < l->depth; k++) sum += ((int32_t)codes[from + k] - zero) * w[k];
            else
              for (int32_t k = 0; k < l->depth; k++) total += numbers[from + k] * (float)w[k];
          }
        float result = codes != NULL ? (float)sum : total;
        result *= l->multiplier[f];
        result += l->bias != NULL ? l->bias[f] : 0.0f;
        if (plus != NULL) result += plus[at];
        NAME_store(to, at, result, activation);
      }
  }
}
`;

/** The functions that only some networks call, each with a space before its name where it is defined. */
export const OPTIONAL: Readonly<Record<string, string>> = {
  scale: `/* Numbers as codes, or as whole numbers of steps. */
static void NAME_scale(const float *x, int32_t count, float inverse, float *steps, const NAME_output *to) {
  for (int32_t i = 0; i < count; i++)
    if (steps != NULL) steps[i] = NAME_nearest(x[i] * inverse);
    else NAME_store(to, i, x[i], NAME_NONE);
}
`,
  add: `/* \`b\` may be missing. */
static void NAME_add(const float *a, const float *b, int32_t count, int activation, const NAME_output *to) {
  for (int32_t i = 0; i < count; i++) NAME_store(to, i, b != NULL ? a[i] + b[i] : a[i], activation);
}
`,
  maxPool: `/* The largest number, or code, of each window. */
static void NAME_max_pool(const float *numbers, const uint8_t *codes, const int32_t shape[3], const int32_t result[2],
                          const int32_t size[2], const int32_t stride[2], const int32_t before[2], float *y,
                          uint8_t *code) {
  for (int32_t at = 0; at < result[0] * result[1] * shape[2]; at++) {
    const int32_t c = at % shape[2], column = at / shape[2] % result[1], row = at / shape[2] / result[1];
    int32_t best = -1;
    for (int32_t i = row * stride[0] - before[0]; i < row * stride[0] - before[0] + size[0]; i++)
      for (int32_t j = column * stride[1] - before[1]; j < column * stride[1] - before[1] + size[1]; j++) {
        const int32_t from = (i * shape[1] + j) * shape[2] + c;
        if (i < 0 || i >= shape[0] || j < 0 || j >= shape[1]) continue;
        if (best < 0 || (codes != NULL ? codes[from] > codes[best] : numbers[from] > numbers[best])) best = from;
      }
    if (codes != NULL) code[at] = codes[best];
    else y[at] = numbers[best];
  }
}
`,
  average: `/* The mean of each channel, of whole steps. */
static void NAME_average(const float *x, int32_t places, int32_t channels, float inverse, float scale,
                         const NAME_output *to) {
  for (int32_t c = 0; c < channels; c++) {
    float sum = 0.0f;
    for (int32_t i = 0; i < places; i++) sum += NAME_nearest(x[i * channels + c] * inverse);
    NAME_store(to, c, sum * scale / (float)places, NAME_NONE);
  }
}
`,
  copy: `/* Copies every stride-th pixel of \`bytes\` bytes to its place in an image of pixels of \`wide\` bytes. */
static void NAME_copy(const void *x, const int32_t shape[2], int32_t bytes, const int32_t stride[2], void *y,
                      int32_t columns, int32_t wide, const int32_t before[3]) {
  for (int32_t i = 0; i * stride[0] < shape[0]; i++)
    for (int32_t j = 0; j * stride[1] < shape[1]; j++)
      memcpy((uint8_t *)y + ((i + before[0]) * columns + j + before[1]) * wide + before[2],
             (const uint8_t *)x + (i * stride[0] * shape[1] + j * stride[1]) * bytes, (size_t)bytes);
}
`,
};
