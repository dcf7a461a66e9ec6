// Step sizes as importance, as bars: those that LIMPQ has learned, or the squares of untrained ones; and how far the
// integer program is proved.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { insides } from '../../words/en/insides';
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
      says={insides.importance.says(insides.importance.tensors[tensor], most)}
      x={layerScale(layers.map(({ id }) => id))}
      y={linearScale(insides.importance.axis(insides.importance.tensors[tensor], squared === true), [0, most], {
        most: 4,
      })}
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
  const { layers, loss, moved, program } = inside;
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
        {[
          ...(loss === undefined ? [] : [insides.loss(loss)]),
          ...(moved === undefined ? [] : [insides.moved(Math.expm1(moved))]),
          ...(program
            ? [insides.importance.program(program.penalty, program.bound, program.optimal, program.nodes)]
            : []),
        ].join(' · ')}
      </p>
    </>
  );
}
