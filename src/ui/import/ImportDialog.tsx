// The dialog "Your own network": choosing files, reading them, why they cannot be read, and the card of those that can.
import { type ReactNode, useState } from 'react';
import { openFiles } from '../../store/import/dropped';
import { askForNetwork, closeImport, removeNetwork } from '../../store/import/importing';
import { openNetwork } from '../../store/network/session';
import type { Importing, OwnNetworkCard } from '../../store/state/importing';
import { Dialog } from '../parts/Dialog';
import { FilePicker } from '../parts/FilePicker';
import { tip } from '../parts/Tooltip';
import { useDesk } from '../parts/useDesk';
import choicesStyles from './choices.module.css';
import { ImportCard } from './ImportCard';
import styles from './ImportDialog.module.css';

const FORMATS = [
  ['PyTorch', 'torch.onnx.export(model, …), or the state_dict of a network that this page has'],
  ['Keras', 'model.save("model.keras"), or .h5'],
  ['TensorFlow.js', 'model.json together with its .bin files'],
  ['fewbits', 'a project, a packed file, or a bit policy for the network in use'],
] as const;

function Pickers(): ReactNode {
  return (
    <div className="buttons">
      <FilePicker label="Choose files" onFiles={(files) => void openFiles(files)} />
      <FilePicker label="Choose folder" folder onFiles={(files) => void openFiles(files)} />
    </div>
  );
}

function OwnNetwork({ card: { id, label, architecture } }: { readonly card: OwnNetworkCard }): ReactNode {
  const [asking, setAsking] = useState(false);
  const training = useDesk((state) => state.trainingActive);
  return (
    <li>
      <span>{asking ? `Remove ${label} and what was trained from it?` : label}</span>
      {asking ? (
        <>
          <button type="button" onClick={() => void removeNetwork(id)}>
            Remove
          </button>
          {/* biome-ignore lint/a11y/noAutofocus: it stands where the button was that had the focus */}
          <button type="button" autoFocus onClick={() => setAsking(false)}>
            Keep
          </button>
        </>
      ) : (
        <>
          <button
            type="button"
            aria-label={`Open ${label}`}
            {...tip(`${architecture.nodes.length} nodes`)}
            disabled={training}
            onClick={() => {
              closeImport();
              void openNetwork(id);
            }}
          >
            Open
          </button>
          <button type="button" aria-label={`Remove ${label}`} disabled={training} onClick={() => setAsking(true)}>
            Remove…
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
        <p>Drop its file anywhere on the page, or choose it here. Nothing leaves this device.</p>
        <Pickers />
      </section>
      <section>
        <h3>What can be read</h3>
        <dl className={styles.formats}>
          {FORMATS.map(([name, how]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{how}</dd>
            </div>
          ))}
        </dl>
      </section>
      {own.length > 0 && (
        <section>
          <h3>In this browser</h3>
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
          <dt>Where</dt>
          <dd>{where}</dd>
        </div>
        <div>
          <dt>Why</dt>
          <dd>{why}</dd>
        </div>
        <div>
          <dt>What to do</dt>
          <dd>{next}</dd>
        </div>
      </dl>
      <p className="note">The network in use stays as it is.</p>
    </div>
  );
}

/** What a screen reader hears: the regions behind a dialog are silent. */
function statusOf(importing: Importing | null): string {
  if (importing?.step === 'reading') return `Reading ${importing.files}.`;
  if (importing?.step !== 'card') return '';
  const { card, trying, opening, problem } = importing;
  if (card.layers === null) return 'It cannot run here; the list says why.';
  if (opening) return 'Opening the network.';
  if (trying) return `Read: ${card.format}, ${card.layers} layers. Trying how it wants its images.`;
  return problem === null ? 'All ways of preparing the images are tried.' : '';
}

export function ImportDialog(): ReactNode {
  const importing = useDesk((state) => state.importing);
  const tools = importing?.step === 'card' && (
    <button type="button" onClick={askForNetwork}>
      Another file
    </button>
  );
  return (
    <Dialog
      title="Your own network"
      shown={importing !== null}
      onClose={closeImport}
      tools={tools}
      step={importing?.step}
    >
      <p role="status" className="unseen">
        {statusOf(importing)}
      </p>
      {importing?.step === 'reading' && (
        <div className={choicesStyles.loading}>
          <progress aria-label="Reading" />
          <span>Reading {importing.files}…</span>
          <button type="button" onClick={askForNetwork}>
            Cancel
          </button>
        </div>
      )}
      {importing?.step === 'refused' && <Refusal problem={importing.problem} />}
      {(importing?.step === 'choose' || importing?.step === 'refused') && <Choose />}
      {importing?.step === 'card' && <ImportCard step={importing} />}
    </Dialog>
  );
}
