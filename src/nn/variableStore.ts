// Variables by name, with the velocities of the trained ones, and import and export of all of it as plain numbers.
import * as tf from '@tensorflow/tfjs-core';
import type { Parameter } from '../graph/network';

/** Dispose it when done. */
export class VariableStore {
  private readonly variables = new Map<string, tf.Variable>();
  /** Of the trainable ones; the others follow the batches, outside of the gradient. */
  private readonly velocities = new Map<string, tf.Variable>();

  /** Adds a variable with an initial value. */
  add(name: string, { shape, values }: Parameter, trainable: boolean): void {
    const make = (x: Float32Array, moves: boolean) => tf.tidy(() => tf.variable(tf.tensor(x, [...shape]), moves));
    this.variables.set(name, make(values, trainable));
    if (trainable) this.velocities.set(name, make(new Float32Array(values.length), false));
  }

  has(name: string): boolean {
    return this.variables.has(name);
  }

  /** The variable with this name. @throws Error if there is none. */
  get(name: string): tf.Variable {
    const variable = this.variables.get(name);
    if (variable === undefined) throw new Error(`There is no variable "${name}".`);
    return variable;
  }

  /** The velocity of a trainable variable. */
  velocity(name: string): tf.Variable {
    return this.velocities.get(name) as tf.Variable;
  }

  /** Names of the trainable variables. */
  moving(): IterableIterator<string> {
    return this.velocities.keys();
  }

  /** Trainable variables. */
  trainable(): tf.Variable[] {
    return [...this.velocities.keys()].map((name) => this.get(name));
  }

  entries(): IterableIterator<[string, tf.Variable]> {
    return this.variables.entries();
  }

  /** All numbers, copied: a variable under `value:` and its name, its velocity under `velocity:`. */
  async state(): Promise<Map<string, Float32Array>> {
    const state = new Map<string, Float32Array>();
    for (const [name, variable] of this.named()) state.set(name, Float32Array.from(await variable.data()));
    return state;
  }

  /** Restores the numbers of a state. @throws Error, with nothing changed, if names or sizes differ. */
  restore(state: ReadonlyMap<string, Float32Array>): void {
    const named = [...this.named()];
    const fault = named.find(([name, { size }]) => state.get(name)?.length !== size)?.[0];
    if (fault !== undefined || state.size !== named.length)
      throw new Error(
        `The state does not fit this network and its widths${fault === undefined ? '' : ` (at "${fault}")`}: start the run again.`,
      );
    for (const [name, variable] of named)
      tf.tidy(() => variable.assign(tf.tensor(Float32Array.from(state.get(name) as Float32Array), variable.shape)));
  }

  dispose(): void {
    for (const [, variable] of this.named()) variable.dispose();
  }

  private *named(): Iterable<[string, tf.Variable]> {
    for (const [name, variable] of this.variables) yield [`value:${name}`, variable];
    for (const [name, variable] of this.velocities) yield [`velocity:${name}`, variable];
  }
}
