// The messages between page and worker: one map of commands, from which requests, replies and handlers are derived.
// Types only, so that both sides may import it.
import type { ExportingCommands } from './exporting';
import type { InspectingCommands } from './inspecting';
import type { MeasuringCommands } from './measuring';
import type { OpeningCommands } from './opening';
import type { OwnNetworkCommands } from './ownNetworks';
import type { PoolCommands } from './pool';
import type { SearchingCommands } from './searching';
import type { TrainingCommands } from './training';

/** Every command: its parameters, its progress reports, and its result. */
export interface Commands
  extends OpeningCommands,
    OwnNetworkCommands,
    PoolCommands,
    ExportingCommands,
    MeasuringCommands,
    InspectingCommands,
    TrainingCommands,
    SearchingCommands {}

export type CommandName = keyof Commands;
export type Params<C extends CommandName> = Commands[C]['params'];
export type Progress<C extends CommandName> = Commands[C]['progress'];
export type Result<C extends CommandName> = Commands[C]['result'];

/** A handler's second argument. */
export interface HandlerContext<P> {
  /** Aborted when the request was canceled or superseded by a newer one of its kind. */
  readonly signal: AbortSignal;
  report(progress: P): void;
  /** Transfers the memory of an array with the result, instead of copying it. It must not be used here afterwards. */
  move(memory: ArrayBuffer): void;
}

export type Handlers = {
  [C in CommandName]: (params: Params<C>, context: HandlerContext<Progress<C>>) => Promise<Result<C>>;
};

/** The handlers of one subject's commands. */
export type HandlersOf<C> = Pick<Handlers, keyof C & CommandName>;
