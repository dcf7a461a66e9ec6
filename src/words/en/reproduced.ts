// The wide view "Reproduced": published integer programs, solved again.
import { count, fixed, significant } from '../numbers';
import { words } from '../words';

export const reproduced = words('reproduced', {
  title: 'Reproduced',
  open: 'Solve published programs again',
  close: 'Close',
  about:
    'Two papers published the tables from which their integer programs choose bits: LIMPQ for ResNet-50, weights and activations from 2 to 6 bits at 12.2x, and HAWQ-V3 for ResNet-18 at 4 or 8 bits. This page solves them in your browser and compares the widths with the published ones, and the sum with that of another solver.',
  start: 'Solve',
  again: 'Solve again',
  stop: 'Stop',
  caption: 'Published programs',
  program: 'Program',
  widths: 'Published widths found',
  sum: 'Least sum',
  effort: 'Effort',
  limpq: { script: 'LIMPQ, ResNet-50', true: 'LIMPQ, ResNet-50, true positions' },
  limpqNote: {
    script: 'output positions counted as in the published script',
    true: 'the script counts 28.5 x 28.5 positions where there are 28 x 28',
  },
  hawq: {
    size: 'HAWQ-V3, ResNet-18, size',
    bitOps: 'HAWQ-V3, ResNet-18, bit operations',
    latency: 'HAWQ-V3, ResNet-18, time on a T4',
  },
  fraction: (share: string) => `limit ${share} of the way from all 4 to all 8 bits`,
  same: (same: number, of: number) => `${count(same)} of ${count(of)}`,
  notPublished: 'none published',
  known: (sum: number) => `other solver: ${fixed(sum, 6)}`,
  proved: (nodes: number) => `proved optimal, ${count(nodes)} ${nodes === 1 ? 'node' : 'nodes'}`,
  unproved: (nodes: number) => `not proved, ${count(nodes)} nodes`,
  seconds: (seconds: number) => `${significant(seconds, 2)} s`,
  bits: (weights: string) => `weights ${weights}`,
  activations: (activations: string) => `activations ${activations}`,
  running: (done: number, of: number) => `Solving ${count(done + 1)} of ${count(of)}…`,
  done: (done: number, of: number) =>
    done < of ? `Solved ${count(done)} of ${count(of)}.` : 'All programs are solved.',
  failed: (why: string) => `Solving failed: ${why}`,
  more: 'Published accuracies beside ours are in docs/reproduced.md.',
});
