// A named region of the page. A fault inside stays inside: it shows what happened and offers to try again.
import { Component, type ReactNode } from 'react';
import { CopyReport } from './CopyReport';

interface BoundaryState {
  readonly error: Error | null;
}

/** Keeps a rendering fault within its panel. */
export class Boundary extends Component<{ readonly name: string; readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const { name, message, stack } = error;
    const where = `“${this.props.name}” cannot be shown: ${message}`;
    return (
      <div className="broken" role="alert">
        <p>{where}</p>
        <button type="button" onClick={() => this.setState({ error: null })}>
          Try again
        </button>
        <CopyReport error={{ name, message, ...(stack !== undefined && { stack }) }} where={where} />
      </div>
    );
  }
}

interface PanelProps {
  readonly label: string;
  /** Text of the heading when it differs from the region's name. */
  readonly title?: string;
  readonly note?: ReactNode;
  readonly tools?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A card with a heading: region `label`, a note beside the heading, tools at the right. */
export function Panel({ label, title, note, tools, className, children }: PanelProps): ReactNode {
  return (
    <section aria-label={label} className={`panel ${className ?? ''}`}>
      <div className="panel-head">
        <h2>{title ?? label}</h2>
        {note !== undefined && <span className="note">{note}</span>}
        {tools !== undefined && <div className="panel-tools">{tools}</div>}
      </div>
      <Boundary name={label}>{children}</Boundary>
    </section>
  );
}
