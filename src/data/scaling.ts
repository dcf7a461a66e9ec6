// How the pixels of a scaled row or column are made of those of its source.

/**
 * For each position on an axis scaled from `from` to `to` pixels, the source positions that it is made of and their weights,
 * which sum to 1. Shrinking averages the covered pixels; enlarging interpolates between pixel centers, as in OpenCV and
 * PyTorch (align_corners=False).
 */
export function covering(from: number, to: number): readonly (readonly (readonly [place: number, share: number])[])[] {
  const step = from / to;
  return Array.from({ length: to }, (_, i) => {
    if (step <= 1) {
      const at = Math.min(from - 1, Math.max(0, (i + 0.5) * step - 0.5));
      const first = Math.floor(at);
      return [[first, 1 - at + first] as const, [Math.min(from - 1, first + 1), at - first] as const];
    }
    const [start, end] = [i * step, (i + 1) * step];
    const last = Math.min(from, Math.ceil(end - 1e-9));
    return Array.from({ length: last - Math.floor(start) }, (_, k) => {
      const place = Math.floor(start) + k;
      return [place, (Math.min(end, place + 1) - Math.max(start, place)) / step] as const;
    });
  });
}
