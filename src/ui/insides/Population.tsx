// MetaQuantNet at work: the population of its genetic search as dots, by where each member comes from.
import type { ReactNode } from 'react';
import type { Inside } from '../../engine/protocol/searching';
import { policyCost } from '../../graph/cost';
import { Frame } from '../charts/Frame';
import { roundRange, roundTicks } from '../charts/frameScale';
import { useDesk } from '../useDesk';

type PopulationInside = Extract<Inside, { kind: 'population' }>;
type Origin = PopulationInside['members'][number]['origin'];

const SHAPES: Readonly<Record<Origin, readonly [path: string, color: string]>> = {
  random: ['M-3.5,0a3.5,3.5 0 1 0 7,0a3.5,3.5 0 1 0 -7,0Z', 'var(--edge)'],
  mutation: ['M0,-5L4.5,3.5H-4.5Z', 'var(--oi-green)'],
  crossover: ['M0,-5L5,0L0,5L-5,0Z', 'var(--oi-purple)'],
  seed: ['M-4,-4H4V4H-4Z', 'var(--oi-blue)'],
};

/** The latest generation. */
export function Population({ inside }: { readonly inside: PopulationInside }): ReactNode {
  const architecture = useDesk((desk) => desk.architecture);
  const { generation, members, loss } = inside;
  const note = loss !== undefined && <p className="note">loss of the shared weights {loss.toFixed(3)} nats</p>;
  const known = members.filter(({ policy }) =>
    Object.keys(policy).every((id) => architecture.nodes.some((n) => n.id === id)),
  );
  if (known.length === 0) return note || null;
  const dots = known.map(({ policy, accuracy, origin }) => ({
    bits: policyCost(architecture, policy).averageWeightBits,
    accuracy: accuracy * 100,
    origin,
  }));
  const [left, right] = roundRange(
    dots.map(({ bits }) => bits),
    1,
  );
  const [low, high] = roundRange(
    dots.map(({ accuracy }) => accuracy),
    2,
  );
  return (
    <>
      <Frame
        label={`Generation ${generation}: ${dots.length} policies, the best at ${Math.max(...dots.map(({ accuracy }) => accuracy)).toFixed(1)} %.`}
        x={{
          ...{ from: left, to: right, ticks: roundTicks(left, right, 6), title: 'average bits of a weight' },
          format: String,
        }}
        y={{ from: low, to: high, ticks: roundTicks(low, high, 5), title: 'accuracy (%)', format: String }}
      >
        {({ x, y }) =>
          dots.map(({ bits, accuracy, origin }, i) => (
            <path
              key={i}
              className="mark"
              d={SHAPES[origin][0]}
              transform={`translate(${x(bits)},${y(accuracy)})`}
              style={{ fill: SHAPES[origin][1] }}
            />
          ))
        }
      </Frame>
      <p className="legend" aria-hidden="true">
        <span>generation {generation}:</span>
        {(Object.keys(SHAPES) as Origin[])
          .filter((origin) => dots.some((dot) => dot.origin === origin))
          .map((origin) => (
            <span key={origin} className="entry">
              <svg viewBox="-7 -7 14 14" width="14" height="14" aria-hidden="true">
                <path d={SHAPES[origin][0]} style={{ fill: SHAPES[origin][1] }} />
              </svg>{' '}
              {origin}
            </span>
          ))}
      </p>
      {note}
    </>
  );
}
