// Taking the network in use along.
import type { EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { ExportingCommands } from '../protocol/exporting';

export function exportingHandlers(engine: EngineState): HandlersOf<ExportingCommands> {
  return {
    exportNetwork: (params, { signal, move }) =>
      engine.withModel('drag', signal, async ({ model }, turn) => {
        const [{ seed }, { backend }] = [engine.images, engine];
        // Writers are loaded when somebody takes something along.
        const { exportNetwork } = await import('../exporting');
        const files = await exportNetwork({ model, seed, backend }, params, turn);
        for (const { content } of files) if (typeof content !== 'string') move(content.buffer);
        return files;
      }),
  };
}
