// The dry-run card of a network from elsewhere: what its file holds and what of it cannot run, the questions with their
// best answers, and the button that puts it in use.
import { type ReactNode, useId } from 'react';
import { kindsOf } from '../../formats/import/unsupported';
import { chooseOrder, nameNetwork, takeNetwork } from '../../store/import/importing';
import { cleanLabel, ownId } from '../../store/network/own';
import type { CardStep, ModelCard } from '../../store/state/importing';
import { openImages } from '../../store/state/view';
import { importing } from '../../words/en/importing';
import { count, percent, prefixed, sizeInWords } from '../../words/numbers';
import fieldStyles from '../parts/field.module.css';
import { useDesk } from '../parts/useDesk';
import choicesStyles from './choices.module.css';
import styles from './ImportCard.module.css';
import { InputTrials } from './InputTrials';

function Facts({ card }: { readonly card: ModelCard }): ReactNode {
  const { format, producer, layers, parameters, floatBytes, roundedBytes, fileBytes, input, operations } = card;
  const { facts } = importing;
  const rows = [
    [facts.format, producer === '' || format.startsWith(producer) ? format : facts.formatBy(format, producer)],
    [facts.layers, layers === null ? facts.none : count(layers)],
    [facts.parameters, prefixed(parameters)],
    [facts.file, sizeInWords(fileBytes)],
    [facts.float, sizeInWords(floatBytes)],
    [facts.quantized, roundedBytes === null ? '' : sizeInWords(roundedBytes)],
    [facts.images, input === null ? facts.none : facts.input(input[1], input[0], input[2])],
    [facts.operations, operations.map(([op, n]) => facts.operation(op, n)).join(', ')],
  ].filter(([, text]) => text !== '');
  return (
    <dl className={styles.facts}>
      {rows.map(([name, text]) => (
        <div key={name} className={name === facts.operations || name === facts.format ? styles.wide : undefined}>
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
      <h3>{importing.unsupported(kinds.length)}</h3>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <ul tabIndex={0} aria-label={importing.unsupportedList}>
        {kinds.map(({ nodes: [first, ...more], op, why }) => (
          <li key={`${op} ${first}`}>
            <strong>{op}</strong> {first !== '' && <code>{first}</code>}
            {more.length > 0 && ` ${importing.more(more.length)}`} {why}
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
      <h3>{importing.order}</h3>
      <p>
        {proposed.from === 'names'
          ? importing.orderByNames
          : importing.orderByAccuracy(plain, percent(proposed.accuracy?.value ?? 0))}
      </p>
      <label className={styles.check} htmlFor={id}>
        <input id={id} type="checkbox" checked={reorder} onChange={(event) => chooseOrder(event.target.checked)} />
        {importing.reorder}
      </label>
      <details>
        <summary>{importing.orderDetails}</summary>
        <p className="note">{classes.map((name, i) => importing.output(name, proposed.order[i] + 1)).join(', ')}</p>
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
        {importing.expectedMore(dataset.label)}{' '}
        <button type="button" onClick={openImages}>
          {importing.openImages}
        </button>
      </p>
    );
  return (
    <section className={styles.sanity} role="alert">
      <h3>{importing.nearChance}</h3>
      <p>{importing.nearChanceText(best, 1 / dataset.classes.length)}</p>
      <ul>
        <li>
          {importing.otherImages(dataset.label)}{' '}
          <button type="button" onClick={openImages}>
            {importing.openImages}
          </button>
        </li>
        <li>{importing.otherPreprocessing}</li>
        <li>{importing.otherClasses(dataset.classes.slice(0, 3).join(', '))}</li>
        <li>{importing.untrained}</li>
      </ul>
    </section>
  );
}

function Name({ step }: { readonly step: CardStep }): ReactNode {
  const id = useId();
  const taken = useDesk((state) => state.ownNetworks.find((card) => card.id === ownId(cleanLabel(step.label))));
  return (
    <div className={fieldStyles.field}>
      <label htmlFor={id}>{importing.name}</label>
      <input
        id={id}
        type="text"
        maxLength={60}
        value={step.label}
        onChange={(event) => nameNetwork(event.target.value)}
      />
      {taken && <span className="note">{importing.replaces(taken.label)}</span>}
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
              <p>
                {problem} {importing.kept}
              </p>
              <button type="button" onClick={openImages}>
                {importing.openImages}
              </button>
            </div>
          )}
          <div className={styles.end}>
            <Name step={step} />
            <button type="submit" className="primary" disabled={!ready}>
              {opening ? importing.opening : nearChance && !trying ? importing.useAnyway : importing.use}
            </button>
          </div>
          {card.brings.length > 0 && <p className="note">{importing.brings(card.brings.join(', '))}</p>}
        </form>
      )}
      {card.layers === null && (
        <p>
          {card.operations.length === 0 ? importing.weightsAlone : importing.replaceOperations} {importing.kept}
        </p>
      )}
    </div>
  );
}
