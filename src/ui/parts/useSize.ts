// The size of an element, as it changes.
import { type RefObject, useLayoutEffect, useRef, useState } from 'react';

/** A ref for the element and its width and height in pixels, 0 before the first look. */
export function useSize<E extends Element>(): [
  RefObject<E | null>,
  { readonly width: number; readonly height: number },
] {
  const element = useRef<E>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width, height } = entry.contentRect;
      setSize({ width, height });
    });
    if (element.current) observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, size];
}
