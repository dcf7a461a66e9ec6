// Exports of the network in use.
import type { ExportParams } from '../../core/exporting';
import type { ExportedFile } from '../../formats/export/context';

export interface ExportingCommands {
  /** Writes the network in use under a policy in a format; returns the files, the main one first. */
  exportNetwork: { params: ExportParams; progress: never; result: readonly ExportedFile[] };
}
