// DNAS at work: how probable each width of each layer is, as stacked bars over depth.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { insides } from '../../words/en/insides';
import { bitsFill } from '../parts/bitRamp';
import chartStyles from '../parts/chart.module.css';
import { Frame } from '../parts/Frame';
import { layerScale, linearScale } from '../parts/scale';
import { BitsKey } from './BitsKey';

/** Stacked bars, one a layer; the widths with their key below. */
export function Mixture({ inside }: { readonly inside: Extract<Inside, { kind: 'mixture' }> }): ReactNode {
  const { layers, temperature, averageBits, loss } = inside;
  const likely = layers.map(({ id, bits, probabilities }) => {
    const most = probabilities.indexOf(Math.max(...probabilities));
    return insides.mixture.likely(id, bits[most]);
  });
  return (
    <>
      <Frame
        says={insides.mixture.says(likely)}
        x={layerScale(layers.map(({ id }) => id))}
        y={linearScale(insides.mixture.axis, [0, 1], { ticks: [0, 0.5, 1] })}
      >
        {({ x, y }) =>
          layers.map(({ id, bits, probabilities }, l) => {
            let below = 0;
            return (
              <g key={id}>
                {bits.map((width, b) => {
                  const from = below;
                  below += probabilities[b];
                  return (
                    <rect
                      key={width}
                      x={x(l + 0.08)}
                      width={Math.max(1, x(l + 0.92) - x(l + 0.08))}
                      y={y(below)}
                      height={Math.max(0, y(from) - y(below))}
                      style={{ fill: bitsFill(width) }}
                      className={chartStyles.segment}
                    />
                  );
                })}
              </g>
            );
          })
        }
      </Frame>
      <BitsKey bits={[...new Set(layers.flatMap(({ bits }) => bits))].sort((a, b) => a - b)} />
      <p className="note">
        {insides.mixture.note(temperature, averageBits)}
        {loss !== undefined && ` · ${insides.loss(loss)}`}
      </p>
    </>
  );
}
