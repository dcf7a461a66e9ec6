// Reads the settings of nodes: attributes, and the inputs that replaced attributes in later opsets.
import { refuse } from '../refusal';
import type { OnnxNode } from './model';
import { CHECK } from './nextSteps';
import type { Tensor } from './tensor';

export function integerAttribute(node: OnnxNode, name: string, otherwise: number): number {
  const value = node.attributes.get(name)?.integer ?? otherwise;
  return Number.isSafeInteger(value) ? value : refuse(`Its ${name} is ${value}.`, CHECK);
}

export function floatAttribute(node: OnnxNode, name: string, otherwise: number): number {
  const value = node.attributes.get(name)?.float ?? otherwise;
  return Number.isFinite(value) ? value : refuse(`Its ${name} is ${value}.`, CHECK);
}

/** An end of Clip given as an attribute; infinite if omitted. */
export function endAttribute(node: OnnxNode, name: 'min' | 'max'): number {
  return node.attributes.get(name)?.float ?? (name === 'min' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY);
}

export function integersAttribute(node: OnnxNode, name: string): readonly number[] | undefined {
  const integers = node.attributes.get(name)?.integers;
  return integers === undefined || integers.length === 0 ? undefined : integers;
}

/** A two-number attribute for rows and columns, at least 1 each. */
export function pairAttribute(node: OnnxNode, name: string): readonly [number, number] {
  const pair = integersAttribute(node, name) ?? [1, 1];
  if (pair.length !== 2 || !pair.every((d) => Number.isSafeInteger(d) && d >= 1))
    refuse(`Its ${name} is [${pair.join(', ')}], not two positive numbers.`, CHECK);
  return [pair[0], pair[1]];
}

/** Integers given as an attribute up to some opset and as an input since. */
export function integersOf(node: OnnxNode, name: string, input: Tensor | undefined): readonly number[] | undefined {
  if (input === undefined) return integersAttribute(node, name);
  return input.values.length <= 1000
    ? [...input.values]
    : refuse(`Its ${name} are ${input.values.length} numbers.`, CHECK);
}

/** An axis counted from the front. */
export function frontAxis(axis: number, rank: number): number {
  const front = axis < 0 ? axis + rank : axis;
  return Number.isInteger(front) && front >= 0 && front < rank ? front : refuse(`It has no axis ${axis}.`, CHECK);
}
