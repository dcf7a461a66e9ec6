// The dialog "Your own network": choosing files, reading them, why they cannot be read, and the card of those that can.
import { type ReactNode, useState } from 'react';
import { openFiles } from '../../store/import/dropped';
import { chooseOthers, closeImport, removeNetwork } from '../../store/import/importing';
import { openSample } from '../../store/import/samples';
import { openNetwork } from '../../store/network/session';
import type { Importing, OwnNetworkCard } from '../../store/state/importing';
import { importing as words } from '../../words/en/importing';
import { samples } from '../../zoo/shipped';
import { Dialog } from '../parts/Dialog';
import { FilePicker } from '../parts/FilePicker';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import choicesStyles from './choices.module.css';
import { ImportCard } from './ImportCard';
import styles from './ImportDialog.module.css';

function Pickers(): ReactNode {
  return (
    <div className="buttons">
      <FilePicker label={words.chooseFiles} onFiles={(files) => void openFiles(files)} />
      <FilePicker label={words.chooseFolder} folder onFiles={(files) => void openFiles(files)} />
    </div>
  );
}

function OwnNetwork({ card: { id, label, architecture } }: { readonly card: OwnNetworkCard }): ReactNode {
  const [asking, setAsking] = useState(false);
  const [removing, setRemoving] = useState(false);
  const training = useDesk((state) => state.trainingActive);
  async function remove(): Promise<void> {
    setRemoving(true);
    await removeNetwork(id);
    setRemoving(false);
  }
  // One that is in use gives way to another first, which takes a moment.
  if (removing)
    return (
      <li>
        <span role="status">{words.removing(label)}</span>
      </li>
    );
  return (
    <li>
      <span>{asking ? words.reallyRemove(label) : label}</span>
      {asking ? (
        <>
          <button type="button" onClick={() => void remove()}>
            {words.remove}
          </button>
          {/* biome-ignore lint/a11y/noAutofocus: it stands where the button was that had the focus */}
          <button type="button" autoFocus onClick={() => setAsking(false)}>
            {words.keep}
          </button>
        </>
      ) : (
        <>
          <button
            type="button"
            aria-label={words.openNetwork(label)}
            {...tip(words.nodes(architecture.nodes.length))}
            disabled={training}
            onClick={() => {
              closeImport();
              void openNetwork(id);
            }}
          >
            {words.open}
          </button>
          <button
            type="button"
            aria-label={words.removeNetwork(label)}
            disabled={training}
            onClick={() => setAsking(true)}
          >
            {words.askRemove}
          </button>
        </>
      )}
    </li>
  );
}

function Choose(): ReactNode {
  const own = useDesk((state) => state.ownNetworks);
  return (
    <div className={choicesStyles.choices}>
      <section>
        <p>{words.drop}</p>
        <Pickers />
      </section>
      <section>
        <h3>{words.formats}</h3>
        <dl className={styles.formats}>
          {words.format.map(([name, how]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{how}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section>
        <h3>{words.samples}</h3>
        <p>{words.samplesAbout}</p>
        <div className="buttons">
          {samples.map((sample) => (
            <button key={sample.format} type="button" onClick={() => void openSample(sample)}>
              {sample.format}
            </button>
          ))}
        </div>
      </section>
      {own.length > 0 && (
        <section>
          <h3>{words.here}</h3>
          <ul className={styles.own}>
            {own.map((card) => (
              <OwnNetwork key={card.id} card={card} />
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function Refusal({ problem }: { readonly problem: Extract<Importing, { step: 'refused' }>['problem'] }): ReactNode {
  const { what, where, why, next } = problem;
  return (
    <div className={styles.refusal} role="alert">
      <p className={styles.what}>{what}</p>
      <dl>
        <div>
          <dt>{words.where}</dt>
          <dd>{where}</dd>
        </div>
        <div>
          <dt>{words.why}</dt>
          <dd>{why}</dd>
        </div>
        <div>
          <dt>{words.next}</dt>
          <dd>{next}</dd>
        </div>
      </dl>
      <p className="note">{words.kept}</p>
    </div>
  );
}

/** What a screen reader hears: the regions behind a dialog are silent. */
function statusOf(importing: Importing | null): string {
  if (importing?.step === 'reading') return words.readingFiles(importing.files);
  if (importing?.step !== 'card') return '';
  const { card, trying, opening, problem } = importing;
  if (card.layers === null) return words.status.cannotRun;
  if (opening) return words.status.opening;
  if (trying) return words.status.read(card.format, card.layers);
  return problem === null ? words.status.tried : '';
}

/** The dialog "Your own network". */
export default function ImportDialog(): ReactNode {
  const importing = useDesk((state) => state.importing);
  const tools = importing?.step === 'card' && (
    <button type="button" onClick={chooseOthers}>
      {words.another}
    </button>
  );
  return (
    <Dialog title={words.title} shown={importing !== null} onClose={closeImport} tools={tools} step={importing?.step}>
      <p role="status" className="unseen">
        {statusOf(importing)}
      </p>
      {importing?.step === 'reading' && (
        <div className={choicesStyles.loading}>
          <progress aria-label={words.reading} />
          <span>{words.readingFiles(importing.files)}</span>
          <button type="button" onClick={chooseOthers}>
            {words.cancel}
          </button>
        </div>
      )}
      {importing?.step === 'refused' && <Refusal problem={importing.problem} />}
      {(importing?.step === 'choose' || importing?.step === 'refused') && <Choose />}
      {importing?.step === 'card' && <ImportCard step={importing} />}
    </Dialog>
  );
}
