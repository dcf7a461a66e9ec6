// Components whose code is loaded when they are first shown, or before that while the browser has nothing else to do. React's
// `lazy` keeps a failure for ever; here "Try again" asks for the code anew.
import { type ComponentType, lazy, type ReactNode, useState } from 'react';
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

const loads: (() => Promise<unknown>)[] = [];

/** A component by the `import` of its file, to be shown inside `Later`. */
export function chunk<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  let loaded: ComponentType<P> | undefined;
  const ask = async () => {
    const code = await load();
    loaded = code.default;
    return code;
  };
  const wait = (): ComponentType<P> =>
    lazy(() =>
      ask().catch((error) => {
        throw new ChunkError(error, () => {
          Waiting = wait();
        });
      }),
    );
  let Waiting = wait();
  loads.push(ask);
  return function Chunk(props: P): ReactNode {
    // `lazy` waits a moment even for what has come. Chosen once, because another type of component begins anew.
    const [View] = useState(() => loaded ?? Waiting);
    return <View {...props} />;
  };
}

/** Loads the code of all components, one after another in idle time. What does not come is asked for when it is shown. */
export async function loadChunks(): Promise<void> {
  for (const load of loads) {
    await new Promise<void>((resolve) => {
      if ('requestIdleCallback' in window) requestIdleCallback(() => resolve());
      else setTimeout(resolve, 200);
    });
    await load().catch(() => undefined);
  }
}
