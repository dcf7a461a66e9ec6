// Components whose code is loaded when they are first shown. React's `lazy` keeps a failure for ever; here "Try again" asks
// for the code anew.
import { type ComponentType, lazy, type ReactNode } from 'react';
import { parts } from '../../words/en/parts';

/** Code that did not come. */
export class ChunkError extends Error {
  override readonly name = 'ChunkError';

  constructor(
    cause: unknown,
    /** Makes the next rendering ask for the code anew. */
    readonly again: () => void,
  ) {
    super(parts.codeMissing((cause as Error).message), { cause });
  }
}

/** A component by the `import` of its file, to be shown inside `Suspense` and a `Boundary`. */
export function chunk<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  const start = (): ComponentType<P> =>
    lazy(() =>
      load().catch((error) => {
        throw new ChunkError(error, () => {
          View = start();
        });
      }),
    );
  let View = start();
  return (props: P): ReactNode => <View {...props} />;
}
