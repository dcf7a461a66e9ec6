// What the dialog "Take it with you" shows, as plain data; store/export/exporting.ts fills it.
import type { ExportId, ExportOptions } from '../../formats/export/registry';

/** A file to download. */
export interface ReadyFile {
  readonly name: string;
  readonly bytes: number;
  readonly url: string;
}

/** What has become of one format: its files and the test images behind the accuracy they state, or why there are none. */
export type MadeExport = { readonly files: readonly ReadyFile[]; readonly n: number } | { readonly problem: string };

/** The dialog "Take it with you". */
export interface Exporting {
  readonly options: Readonly<Required<ExportOptions>>;
  /** By format; those under way are missing. */
  readonly made: Partial<Readonly<Record<ExportId, MadeExport>>>;
}
