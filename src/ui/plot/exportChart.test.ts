import { expect, test } from 'vitest';
import { FLOAT } from '../../graph/policy';
import { csvOf } from './exportChart';
import type { PlotPoint } from './plotData';

const policy = { a: { weights: 4, activations: FLOAT }, b: { weights: FLOAT, activations: 8 } } as const;
const costs = () => ({ memory: 1000, bitOps: 5e6, averageBits: 4.56789 });

test('points are a line each, with split, n and interval, and text that spreadsheets do not run', () => {
  const measured: PlotPoint = {
    ...{ x: 1, y: 94.125, lower: 93, upper: 95.2, n: 2000, label: 'mixed "4", a', source: 'measured', policy },
  };
  const predicted: PlotPoint = { x: 1, y: 90, label: '=1+1', source: 'predicted', method: 'LIMPQ', policy };
  expect(csvOf([measured, predicted], costs).split('\n')).toEqual([
    'config,method,source,split,n,accuracy_percent,lower_percent,upper_percent,size_bytes,bit_operations,bits_per_weight,weight_bits,activation_bits',
    '"mixed ""4"", a",,measured,test,2000,94.125,93,95.2,1000,5000000,4.5679,4 f,f 8',
    "'=1+1,LIMPQ,predicted,,,90,,,1000,5000000,4.5679,4 f,f 8",
    '',
  ]);
});
