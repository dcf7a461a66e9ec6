// The dry-run card of a network from elsewhere: what its file holds and what of it cannot run, the questions with their
// best answers, and the button that puts it in use.
import { type ReactNode, useId } from 'react';
import { kindsOf } from '../../formats/import/unsupported';
import { chooseOrder, nameNetwork, takeNetwork } from '../../store/import/importing';
import { cleanLabel, ownId } from '../../store/network/own';
import type { CardStep, ModelCard } from '../../store/state/importing';
import { openImages } from '../../store/state/view';
import { count, percent, prefixed, sizeInWords } from '../../words/numbers';
import fieldStyles from '../parts/field.module.css';
import { useDesk } from '../parts/useDesk';
import choicesStyles from './choices.module.css';
import styles from './ImportCard.module.css';
import { InputTrials } from './InputTrials';

function Facts({ card }: { readonly card: ModelCard }): ReactNode {
  const { format, producer, layers, parameters, floatBytes, roundedBytes, fileBytes, input, operations } = card;
  const rows = [
    ['Format', producer === '' || format.startsWith(producer) ? format : `${format}, ${producer}`],
    ['Layers', layers === null ? '–' : count(layers)],
    ['Parameters', prefixed(parameters)],
    ['File', sizeInWords(fileBytes)],
    ['Memory as float', sizeInWords(floatBytes)],
    ['Memory as rounded', roundedBytes === null ? '' : sizeInWords(roundedBytes)],
    [
      'Images',
      input === null ? '–' : `${input[1]} × ${input[0]}, ${input[2] === 3 ? 'color' : `${input[2]} channels`}`,
    ],
    ['Operations', operations.map(([op, n]) => (n === 1 ? op : `${op} × ${n}`)).join(', ')],
  ].filter(([, text]) => text !== '');
  return (
    <dl className={styles.facts}>
      {rows.map(([name, text]) => (
        <div key={name} className={name === 'Operations' || name === 'Format' ? styles.wide : undefined}>
          <dt>{name}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Unsupported({ card: { unsupported } }: { readonly card: ModelCard }): ReactNode {
  const kinds = kindsOf(unsupported);
  if (kinds.length === 0) return null;
  return (
    <section className={styles.unsupported} role="alert">
      <h3>{kinds.length === 1 ? 'One thing cannot run here' : `${count(kinds.length)} things cannot run here`}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <ul tabIndex={0} aria-label="What cannot run here">
        {kinds.map(({ nodes: [first, ...more], op, why }) => (
          <li key={`${op} ${first}`}>
            <strong>{op}</strong> {first !== '' && <code>{first}</code>}
            {more.length > 0 && ` and ${count(more.length)} more.`} {why}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The classes before a data set is open. A new array per selector call would make React render forever. */
const NO_CLASSES: readonly string[] = [];

function Order({ step }: { readonly step: CardStep }): ReactNode {
  const classes = useDesk((state) => state.dataset?.classes ?? NO_CLASSES);
  const id = useId();
  const { proposed, reorder, trials } = step;
  if (proposed === null) return null;
  const plain = trials.length > 0 ? percent(Math.max(...trials.map(({ accuracy }) => accuracy.value))) : '';
  return (
    <section className={styles.order}>
      <h3>In which order are its classes?</h3>
      <p>
        {proposed.from === 'names'
          ? 'The file names the same classes in another order than the images.'
          : `It seems to know the classes in another order: as they are, ${plain} % of its answers are right; put in the order below, ${percent(proposed.accuracy?.value ?? 0)} %.`}
      </p>
      <label className={styles.check} htmlFor={id}>
        <input id={id} type="checkbox" checked={reorder} onChange={(event) => chooseOrder(event.target.checked)} />
        Put its answers in the order of the images
      </label>
      <details>
        <summary>Which answer is which class</summary>
        <p className="note">{classes.map((name, i) => `${name}: answer ${proposed.order[i] + 1}`).join(', ')}</p>
      </details>
    </section>
  );
}

/** Share of right answers below which a person may wonder. */
const DISAPPOINTING = 0.6;

/** Near-chance accuracy, and what it may come from. */
function Sanity({ step }: { readonly step: CardStep }): ReactNode {
  const dataset = useDesk((state) => state.dataset);
  if (step.trying || dataset === null || step.trials.length === 0) return null;
  const best = Math.max(...step.trials.map(({ accuracy }) => accuracy.value));
  if (!step.nearChance)
    return best >= DISAPPOINTING || step.proposed !== null ? null : (
      <p className="note">
        Did you expect more? Perhaps it was trained on other images than {dataset.label}.{' '}
        <button type="button" onClick={openImages}>
          Open other images
        </button>
      </p>
    );
  return (
    <section className={styles.sanity} role="alert">
      <h3>It hardly does better than guessing</h3>
      <p>
        The best way is right for {percent(best)} % of the images, and guessing for{' '}
        {percent(1 / dataset.classes.length)} %. Likely causes:
      </p>
      <ul>
        <li>
          It was trained on other images than {dataset.label}.{' '}
          <button type="button" onClick={openImages}>
            Open other images
          </button>
        </li>
        <li>Its images were prepared in a way that is not in the table: give the numbers by hand.</li>
        <li>Its classes are others than {dataset.classes.slice(0, 3).join(', ')} and so on.</li>
        <li>Its training never finished, or the file holds its first weights.</li>
      </ul>
    </section>
  );
}

function Name({ step }: { readonly step: CardStep }): ReactNode {
  const id = useId();
  const taken = useDesk((state) => state.ownNetworks.find((card) => card.id === ownId(cleanLabel(step.label))));
  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id}>Name</label>
      <input
        id={id}
        type="text"
        maxLength={60}
        value={step.label}
        onChange={(event) => nameNetwork(event.target.value)}
      />
      {taken && <span className="note">Takes the place of “{taken.label}”, which you brought before.</span>}
    </div>
  );
}

/** The whole card. */
export function ImportCard({ step }: { readonly step: CardStep }): ReactNode {
  const { card, chosen, trying, asked, opening, problem, nearChance } = step;
  const ready = chosen !== null && !opening && (asked || !trying);
  return (
    <div className={styles.card}>
      <p className={styles.files}>{card.files}</p>
      <Facts card={card} />
      {card.notes.length > 0 && (
        <ul className={styles.notes}>
          {card.notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
      <Unsupported card={card} />
      {card.layers !== null && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) void takeNetwork();
          }}
        >
          {problem === null && <InputTrials step={step} />}
          <Order step={step} />
          <Sanity step={step} />
          {problem !== null && (
            <div className={choicesStyles.problem} role="alert">
              <p>{problem} The network in use stays as it is.</p>
              <button type="button" onClick={openImages}>
                Open other images
              </button>
            </div>
          )}
          <div className={styles.end}>
            <Name step={step} />
            <button type="submit" className="primary" disabled={!ready}>
              {opening ? 'Opening…' : nearChance && !trying ? 'Use it anyway' : 'Use this network'}
            </button>
          </div>
          {card.brings.length > 0 && <p className="note">The file brings {card.brings.join(', ')} along.</p>}
        </form>
      )}
      {card.layers === null && (
        <p>
          {card.operations.length === 0
            ? 'Weights alone fit only networks that this page has: export the whole network as ONNX, and drop that file.'
            : 'Replace these operations, or export the network without them, and drop it again.'}{' '}
          The network in use stays as it is.
        </p>
      )}
    </div>
  );
}
