// Exports of the network in use.
import type { EngineState } from '../engineState';
import type { HandlersOf } from '../protocol/commands';
import type { ExportingCommands } from '../protocol/exporting';

export function exportingHandlers(engine: EngineState): HandlersOf<ExportingCommands> {
  return {
    exportNetwork: (params, { signal, move }) =>
      engine.withModel('drag', signal, async (session, turn) => {
        const { files } = await session.export(params, turn);
        for (const { content } of files) if (typeof content !== 'string') move(content.buffer);
        return files;
      }),
  };
}
