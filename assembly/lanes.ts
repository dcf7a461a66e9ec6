// Arithmetic on the four lanes of a v128.

/** sum + a b: rounded once where the machine has such an instruction and the module is the one compiled for it. */
// @ts-ignore: decorator
@inline
export function addProduct(sum: v128, a: v128, b: v128): v128 {
  return ASC_FEATURE_RELAXED_SIMD ? f32x4.relaxed_madd(a, b, sum) : f32x4.add(sum, f32x4.mul(a, b));
}
