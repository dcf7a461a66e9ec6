// Microcontrollers by the size of their program memory, where a model is stored: from the vendors' data sheets up to
// 256 KB, and from the systems of MLPerf Tiny results (github.com/mlcommons/tiny_results_v1.0 to v1.2) above.
import { KB } from '../../graph/size';

const DEVICES: Readonly<Record<number, string>> = {
  32: 'Arduino Uno',
  64: 'STM32F103C8',
  256: 'micro:bit v1',
  512: 'NUCLEO-G0B1RE',
  1024: 'nRF5340 DK',
  2048: 'NUCLEO-L4R5ZI',
};

/** The name of a device with that many bytes of program memory, if one is known. */
export function deviceOf(bytes: number): string | undefined {
  return DEVICES[bytes / KB];
}
