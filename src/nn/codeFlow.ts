// In which forms a pass needs the result of each step: as floats, as the codes that the next layer reads, or both. A layer of
// integers reads codes, and what comes before it makes them in the same pass over memory. Plain data; no tensors.
import type { UniformGrid } from '../quant/uniformGrid';
import type { Forms } from './kernels/codesWasm';
import type { Step } from './plan';

/** What a pass knows of its steps, by index. */
export interface Flow {
  readonly steps: readonly Step[];
  readonly inputs: readonly (readonly number[])[];
  /** The grid of the codes that a layer of integers reads; undefined for all other steps. */
  gridOf(step: number): UniformGrid | undefined;
  /** True if somebody asks for the step's result as floats. */
  keepsFloat(step: number): boolean;
}

/** True if both grids have the same codes. */
export function sameGrid(a: UniformGrid, b: UniformGrid): boolean {
  return a.scale === b.scale && a.minCode === b.minCode && a.maxCode === b.maxCode;
}

/** The forms of the results of the steps `needed`, the last of which is the output. */
export function neededForms({ steps, inputs, gridOf, keepsFloat }: Flow, needed: ReadonlySet<number>) {
  const floats = new Set<number>();
  const grids = new Map<number, UniformGrid[]>();
  const forms = new Map<number, Forms>();
  const askCodes = (step: number, grid: UniformGrid) => {
    const asked = grids.get(step) ?? [];
    if (!asked.some((other) => sameGrid(grid, other))) grids.set(step, [...asked, grid]);
  };
  for (const i of [...needed].sort((a, b) => b - a)) {
    const asked = grids.get(i) ?? [];
    const float = floats.has(i) || keepsFloat(i) || asked.length !== 1;
    const [codes] = asked.length === 1 && makesCodes(i, float) ? asked : [];
    // A step that cannot make codes makes floats; the layers that read it make their own codes.
    forms.set(i, { float: float || codes === undefined, ...(codes && { codes }) });
    const own = gridOf(i);
    for (const j of inputs[i])
      if (own !== undefined) askCodes(j, own);
      else if (codes !== undefined && steps[i].node.op !== 'add') askCodes(j, codes);
      else floats.add(j);
  }
  return forms;

  function makesCodes(i: number, float: boolean): boolean {
    const { op } = steps[i].node;
    if (op === 'add') return inputs[i].length === 2;
    // The largest code is the code of the largest number.
    if (op === 'maxPool' || op === 'flatten') return !float;
    return gridOf(i) !== undefined;
  }
}
