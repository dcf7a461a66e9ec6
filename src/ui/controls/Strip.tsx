// One channel strip: name, fader or two, small steps for pointers that cannot drag, and the layer's memory as a meter.
import { memo, type ReactNode } from 'react';
import { layerBytes } from '../../store/costs';
import { nudgeLayer, selectLayer } from '../../store/policyActions';
import type { Tensor } from '../../store/policyEdits';
import { kilobytes } from '../numbers';
import { useDesk } from '../useDesk';
import { Fader } from './Fader';

interface StepsProps {
  readonly layer: string;
  readonly tensor: Tensor;
}

/** Minus and plus: one stop without dragging. */
export function Steps({ layer, tensor }: StepsProps): ReactNode {
  const of = `${layer} ${tensor === 'weights' ? 'weights' : 'activations'}`;
  const button = (by: 1 | -1, sign: string, word: string) => (
    <button
      type="button"
      tabIndex={-1}
      aria-label={`${word} bits for ${of}`}
      title={`${word} bits for ${of}`}
      onClick={() => nudgeLayer(layer, tensor, by)}
    >
      {sign}
    </button>
  );
  return (
    <span className="steps">
      {button(-1, '−', 'Fewer')}
      {button(1, '+', 'More')}
    </span>
  );
}

interface StripProps {
  readonly layer: string;
  readonly tensors: readonly Tensor[];
  /** Bytes that fill the meter: the largest layer as the network stands. */
  readonly fullBytes: number;
  readonly inviting: boolean;
}

/** The strip of one layer. */
export const Strip = memo(function Strip({ layer, tensors, fullBytes, inviting }: StripProps): ReactNode {
  const selected = useDesk((desk) => desk.selection.includes(layer));
  const bytes = useDesk((desk) => layerBytes(desk, layer));
  return (
    <div className={selected ? 'strip selected' : 'strip'} data-layer={layer}>
      <button
        type="button"
        className="strip-name"
        tabIndex={-1}
        aria-pressed={selected}
        title={`Select ${layer}; Shift-click adds`}
        onClick={(event) => selectLayer(layer, event.shiftKey || event.metaKey || event.ctrlKey)}
      >
        {layer}
      </button>
      <div className="strip-faders">
        {tensors.map((tensor, i) => (
          <Fader key={tensor} layer={layer} tensor={tensor} inviting={inviting && i === 0} />
        ))}
        {inviting && <span className="invitation">Drag me to 2 bits</span>}
      </div>
      <div className="strip-steps">
        {tensors.map((tensor) => (
          <Steps key={tensor} layer={layer} tensor={tensor} />
        ))}
      </div>
      <span className="meter" aria-hidden="true">
        <i style={{ inlineSize: `${Math.max(2, Math.min(100, (bytes / fullBytes) * 100))}%` }} />
      </span>
      <span className="strip-size" title="weights, scales and biases in the packed file">
        {kilobytes(bytes)}
      </span>
    </div>
  );
});
