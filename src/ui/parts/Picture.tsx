// A small image drawn from its RGBA bytes.
import { type ReactNode, useEffect, useRef } from 'react';
import type { LabeledImage } from '../../engine/protocol/measuring';

/** The pixels of an example, named by its true class. */
export function Picture({ image, name }: { readonly image: LabeledImage; readonly name: string }): ReactNode {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    const pixels = new Uint8ClampedArray(image.pixels);
    context?.putImageData(new ImageData(pixels, image.width, image.height), 0, 0);
  }, [image]);
  return <canvas ref={canvas} width={image.width} height={image.height} role="img" aria-label={name} />;
}
