// What a file for devices holds otherwise than its policy says, in words.
import type { Loss } from '../formats/export/context';

/** Prints a line for each. */
export function sayLosses(losses: readonly Loss[]): void {
  for (const { of, layers, decibels } of losses)
    console.log(
      `${of === 'weights' ? 'Weights of' : 'Activations read by'} ${layers.join(', ')}: 8 bits in the .tflite file${decibels === undefined ? ', over their measured range' : `, rounded again (signal-to-noise ratio at least ${decibels.toFixed(1)} dB)`}.`,
    );
}
