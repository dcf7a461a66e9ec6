// State of the dialog "Export", as plain data. store/export/exporting.ts fills it.
import type { Loss } from '../../formats/export/context';
import type { ExportId, ExportOptions } from '../../formats/export/registry';

/** A file to download. */
export interface ReadyFile {
  readonly name: string;
  readonly bytes: number;
  readonly url: string;
  /** What it holds otherwise than the config says. */
  readonly losses: readonly Loss[];
}

/** Result for one format: its files and the number of test images behind their stated accuracy, or the problem. */
export type MadeExport = { readonly files: readonly ReadyFile[]; readonly n: number } | { readonly problem: string };

/** The dialog "Export". */
export interface Exporting {
  readonly options: Readonly<Required<ExportOptions>>;
  /** Results by format; formats in progress are missing. */
  readonly made: Partial<Readonly<Record<ExportId, MadeExport>>>;
}
