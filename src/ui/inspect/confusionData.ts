// The confusion matrix of a policy, beside the float network's.
import type { Flips } from '../../engine/protocol/measuring';

/**
 * [true class, predicted class]: images under the policy minus images of the float network. Only flipped images count, as
 * all others are in the same cell of both.
 */
export function confusionChange({ label, float, now }: Flips, classes: number): Int32Array {
  const change = new Int32Array(classes * classes);
  label.forEach((truth, i) => {
    change[truth * classes + now[i]]++;
    change[truth * classes + float[i]]--;
  });
  return change;
}

/** True for a change for the worse: fewer images in their own class, or more in another. */
export function isWorse(truth: number, predicted: number, change: number): boolean {
  return truth === predicted ? change < 0 : change > 0;
}

/** Images of each class, and those classified correctly. */
export function perClass(confusion: Uint32Array, classes: number): { readonly n: number; readonly correct: number }[] {
  return Array.from({ length: classes }, (_, truth) => ({
    n: confusion.subarray(truth * classes, (truth + 1) * classes).reduce((sum, count) => sum + count, 0),
    correct: confusion[truth * classes + truth],
  }));
}
