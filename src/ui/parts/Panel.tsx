// A named region of the page. A fault inside stays inside: it shows what happened and offers to try again.
import { Component, type ReactNode } from 'react';
import { SITE_UPDATED, siteWasUpdated } from '../../store/network/deployment';
import { CopyReport } from './CopyReport';
import { ChunkError } from './chunk';
import { classes } from './classes';
import styles from './Panel.module.css';

interface BoundaryState {
  readonly error: Error | null;
  /** True when its code is missing because the page is older than the site. */
  readonly outdated: boolean;
}

/** Keeps a rendering fault within its panel. */
export class Boundary extends Component<{ readonly name: string; readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: null, outdated: false };

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)), outdated: false };
  }

  override componentDidCatch(error: unknown): void {
    if (!(error instanceof ChunkError)) return;
    void siteWasUpdated().then((outdated) => {
      if (this.state.error === error) this.setState({ outdated });
    });
  }

  override render(): ReactNode {
    const { error, outdated } = this.state;
    if (error === null) return this.props.children;
    const { name, message, stack } = error;
    const where = `“${this.props.name}” cannot be shown: ${outdated ? SITE_UPDATED : message}`;
    return (
      <div className={styles.broken} role="alert">
        <p>{where}</p>
        {outdated && (
          <button type="button" onClick={() => location.reload()}>
            Reload the page
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            if (error instanceof ChunkError) error.again();
            this.setState({ error: null, outdated: false });
          }}
        >
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
    <section aria-label={label} className={classes(styles.panel, className)}>
      <div className={styles.head}>
        <h2>{title ?? label}</h2>
        {note !== undefined && <span className="note">{note}</span>}
        {tools !== undefined && <div className={styles.tools}>{tools}</div>}
      </div>
      <Boundary name={label}>{children}</Boundary>
    </section>
  );
}
