// Feature maps of some channels: float above, rounded below, and their difference, pixel by pixel.
import { type ReactNode, useEffect, useRef } from 'react';
import type { ActivationInspection } from '../../engine/protocol/inspecting';
import { layer as words } from '../../words/en/layer';
import styles from './FeatureMaps.module.css';
import { channelInWords, differencePixels, mapPixels } from './featureMapData';

interface MapCanvasProps {
  readonly pixels: Uint8ClampedArray<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
}

function MapCanvas({ pixels, width, height }: MapCanvasProps): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    canvas.current?.getContext('2d')?.putImageData(new ImageData(pixels, width, height), 0, 0);
  }, [pixels, width, height]);
  return <canvas ref={canvas} width={width} height={height} />;
}

interface FeatureMapsProps {
  readonly inspection: ActivationInspection;
  /** Channels to draw, one a column, in this order. */
  readonly channels: readonly number[];
}

/** A row of columns, each an image to screen readers: the channel with its errors. */
export function FeatureMaps({ inspection, channels }: FeatureMapsProps): ReactNode {
  const { float, rounded, shape, report } = inspection;
  const [height, width] = shape;
  const size = { width, height };
  return (
    <div className={styles.band}>
      <div className={styles.rows} aria-hidden="true">
        <span />
        <span>{words.float}</span>
        <span>{words.quantized}</span>
        <span>{words.change}</span>
      </div>
      {channels.map((channel) => (
        <div
          key={channel}
          className={styles.channel}
          role="img"
          aria-label={channelInWords(report, channel)}
          data-tip={channelInWords(report, channel)}
        >
          <span>{channel + 1}</span>
          <MapCanvas pixels={mapPixels(float, shape, channel, report)} {...size} />
          <MapCanvas pixels={mapPixels(rounded, shape, channel, report)} {...size} />
          <MapCanvas pixels={differencePixels(inspection, channel)} {...size} />
        </div>
      ))}
    </div>
  );
}
