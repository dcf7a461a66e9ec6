// Taking the network in use along.
import type { ExportedFile, MeasuredPoint } from '../../formats/export/context';
import type { ExportId, ExportOptions } from '../../formats/export/registry';
import type { BitPolicy } from '../../graph/policy';
import type { Proportion } from '../../math/statistics';
import type { QuantScheme } from '../../quant/registry';

export interface ExportingCommands {
  /** Writes the network in use under a policy in a format; the files, the main one first. */
  exportNetwork: {
    params: {
      format: ExportId;
      options: ExportOptions;
      policy: BitPolicy;
      scheme: QuantScheme;
      /** Accuracy under the policy, where it was measured, for the files to state. */
      measured?: { accuracy: Proportion; split: 'validation' | 'test' };
      /** Other measured policies, for the report. */
      points: readonly MeasuredPoint[];
    };
    progress: never;
    result: readonly ExportedFile[];
  };
}
