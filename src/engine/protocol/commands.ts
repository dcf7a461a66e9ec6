// What the page and the worker say to each other: one map of commands, from which requests, replies and handlers are
// derived. Types only, so that both sides may import it.
import type { ExportingCommands } from './exporting';
import type { InspectingCommands } from './inspecting';
import type { MeasuringCommands } from './measuring';
import type { OpeningCommands } from './opening';
import type { OwnNetworkCommands } from './ownNetworks';
import type { SearchingCommands } from './searching';
import type { TrainingCommands } from './training';

/** Every command: its parameters, what it reports while running, and its result. */
export interface Commands
  extends OpeningCommands,
    OwnNetworkCommands,
    ExportingCommands,
    MeasuringCommands,
    InspectingCommands,
    TrainingCommands,
    SearchingCommands {}

export type CommandName = keyof Commands;
export type Params<C extends CommandName> = Commands[C]['params'];
export type Progress<C extends CommandName> = Commands[C]['progress'];
export type Result<C extends CommandName> = Commands[C]['result'];

/** What a handler gets besides its parameters. */
export interface HandlerContext<P> {
  /** Aborted when the request was canceled or a newer one of its kind made it stale. */
  readonly signal: AbortSignal;
  report(progress: P): void;
  /** Hands the memory of an array over with the result, in place of a copy. Nobody here may use it any more. */
  move(memory: ArrayBuffer): void;
}

export type Handlers = {
  [C in CommandName]: (params: Params<C>, context: HandlerContext<Progress<C>>) => Promise<Result<C>>;
};

/** The handlers of one subject's commands. */
export type HandlersOf<C> = Pick<Handlers, keyof C & CommandName>;
