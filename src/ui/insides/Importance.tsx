// Step sizes as importance, as bars: those that LIMPQ has learned, or the squares of untrained ones; and how far the
// integer program is proved.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { count } from '../../words/numbers';
import { bitsFill } from '../parts/bitRamp';
import chartStyles from '../parts/chart.module.css';
import { Frame } from '../parts/Frame';
import { layerScale, linearScale } from '../parts/scale';
import { BitsKey } from './BitsKey';

type ImportanceInside = Extract<Inside, { kind: 'importance' }>;

function Bars({
  inside: { layers, squared },
  tensor,
}: {
  readonly inside: ImportanceInside;
  readonly tensor: 'weights' | 'activations';
}) {
  const values = layers.map((layer) => layer[tensor] ?? []);
  const widths = layers.map((layer) => (tensor === 'weights' ? layer.bits : (layer.activationBits ?? [])));
  const most = Math.max(...values.flat(), 1e-9);
  return (
    <Frame
      says={`Importance of the ${tensor}, layer by layer and width by width, at most ${most.toPrecision(2)}.`}
      x={layerScale(layers.map(({ id }) => id))}
      y={linearScale(`${squared ? 'squared step' : 'step'} of ${tensor}`, [0, most], { most: 4 })}
    >
      {({ x, y }) =>
        layers.map(({ id }, l) => (
          <g key={id}>
            {values[l].map((value, b) => {
              const wide = (x(l + 0.9) - x(l + 0.1)) / values[l].length;
              return (
                <rect
                  key={widths[l][b]}
                  className={chartStyles.segment}
                  x={x(l + 0.1) + b * wide}
                  width={Math.max(1, wide)}
                  y={y(value)}
                  height={y(0) - y(value)}
                  style={{ fill: bitsFill(widths[l][b]) }}
                />
              );
            })}
          </g>
        ))
      }
    </Frame>
  );
}

/** Bars of weights, and of activations where they are searched. */
export function Importance({ inside }: { readonly inside: ImportanceInside }): ReactNode {
  const { layers, loss, program } = inside;
  const hasActivations = layers.some(({ activations }) => activations !== undefined);
  return (
    <>
      <Bars inside={inside} tensor="weights" />
      {hasActivations && <Bars inside={inside} tensor="activations" />}
      <BitsKey
        bits={[...new Set(layers.flatMap(({ bits, activationBits = [] }) => [...bits, ...activationBits]))].sort(
          (a, b) => a - b,
        )}
      />
      <p className="note">
        {loss !== undefined && `loss ${loss.toFixed(3)} nats${program ? ' · ' : ''}`}
        {program &&
          `integer program: penalty ${program.penalty.toPrecision(4)}, bound ${program.bound.toPrecision(4)}, ${program.optimal ? 'proved best' : `gap ${((100 * (program.penalty - program.bound)) / Math.abs(program.penalty)).toFixed(2)} %`}, ${count(program.nodes)} nodes`}
      </p>
    </>
  );
}
