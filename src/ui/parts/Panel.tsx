// A named region of the page. A fault inside stays inside: it shows what happened and offers to try again.
import { Component, createContext, type ReactNode, use } from 'react';
import { createPortal } from 'react-dom';
import { siteWasUpdated } from '../../store/network/deployment';
import { parts } from '../../words/en/parts';
import { session } from '../../words/en/session';
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
    const where = parts.broken(this.props.name, outdated ? session.updated : message);
    return (
      <div className={styles.broken} role="alert">
        <p>{where}</p>
        {outdated && (
          <button type="button" onClick={() => location.reload()}>
            {parts.reload}
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            if (error instanceof ChunkError) error.again();
            this.setState({ error: null, outdated: false });
          }}
        >
          {parts.tryAgain}
        </button>
        <CopyReport error={{ name, message, ...(stack !== undefined && { stack }) }} where={where} />
      </div>
    );
  }
}

/** The bar that takes a panel's note and tools where panels share one; null where each has its own head. */
const barSlot = createContext<HTMLElement | null>(null);
export const BarSlot = barSlot.Provider;

interface PanelProps {
  readonly label: string;
  /** Text of the heading when it differs from the region's name. */
  readonly title?: string;
  readonly note?: ReactNode;
  readonly tools?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A region `label` with a heading, a note beside it and tools at the right; in a shared bar, without the heading. */
export function Panel({ label, title, note, tools, className, children }: PanelProps): ReactNode {
  const slot = use(barSlot);
  const said = note !== undefined && <span className="note">{note}</span>;
  const beside = tools !== undefined && <div className={styles.tools}>{tools}</div>;
  return (
    <section aria-label={label} className={classes(styles.panel, className)}>
      {slot === null ? (
        <div className={styles.head}>
          <div className={styles.title}>
            <h2>{title ?? label}</h2>
            {said}
          </div>
          {beside}
        </div>
      ) : (
        <>
          <h2 className="unseen">{title ?? label}</h2>
          {createPortal(
            <>
              {said}
              {beside}
            </>,
            slot,
          )}
        </>
      )}
      <Boundary name={label}>{children}</Boundary>
    </section>
  );
}
