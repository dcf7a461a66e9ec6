// "Links to give away": what a room starts from, what is left out and fixed, as a link and a code to scan.
import { type ReactNode, useId, useState } from 'react';
import { TRAINING } from '../../options/training';
import { offersOfLink } from '../../store/challenges/taking';
import { challengeText } from '../../store/link/challengeText';
import { type Given, givenLink, placeOfRoom } from '../../store/link/given';
import { LESSON_IDS } from '../../store/state/lessons';
import { HIDEABLE, type Hideable, LESSON_NEEDS, NOTHING_SHARED } from '../../store/state/shared';
import { lessons } from '../../words/en/lessons';
import { teach as words } from '../../words/en/teach';
import { isZooNetwork, type NetworkId, networks } from '../../zoo/registry';
import { hasWeights } from '../../zoo/shipped';
import { taskInWords, today } from '../challenges/challengeWords';
import { partInWords } from '../parts/hideable';
import { LinkField } from '../parts/LinkField';
import { NumberField } from '../parts/NumberField';
import optionsStyles from '../parts/options.module.css';
import { useDesk } from '../parts/useDesk';
import { Papers } from './Papers';
import styles from './Teach.module.css';

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [value: string, label: string])[];
  readonly disabled?: boolean;
  onChange(value: string): void;
}

function Choice({ label, value, options, disabled = false, onChange }: ChoiceProps): ReactNode {
  const id = useId();
  return (
    <span>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} disabled={disabled} onChange={(event) => onChange(event.target.value)}>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </span>
  );
}

const IDS = (Object.keys(networks) as NetworkId[]).filter((id) => hasWeights(id, 'emoji10'));
const FIRST: Given = { start: 'network', network: 'resnet8', challenge: null, ...NOTHING_SHARED };
const FIRST_SEED = 1;

interface PartProps {
  readonly given: Given;
  onChange(changes: Partial<Given>): void;
}

/** What is left out: all that a lesson uses stays. */
function Hiding({ given: { start, hidden }, onChange }: PartProps): ReactNode {
  const needed: readonly Hideable[] = start === 'network' || start === 'desk' ? [] : LESSON_NEEDS[start];
  return (
    <fieldset className={styles.parts}>
      <legend>{words.linkHides}</legend>
      {HIDEABLE.map((part) => (
        <label key={part} className={optionsStyles.check}>
          <input
            type="checkbox"
            checked={hidden.includes(part) && !needed.includes(part)}
            disabled={needed.includes(part)}
            onChange={({ target }) =>
              onChange({ hidden: target.checked ? [...hidden, part] : hidden.filter((one) => one !== part) })
            }
          />
          <span>
            {partInWords(part)}
            {needed.includes(part) && ` (${words.linkNeeds})`}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

interface FixingProps extends PartProps {
  /** Null outside of a live room. */
  readonly joins: boolean | null;
  onJoins(joins: boolean): void;
}

/** What is the same for all: the seed, the view that it opens with, and the live room. */
function Fixing({ given: { fixedSeed, projected }, onChange, joins, onJoins }: FixingProps): ReactNode {
  return (
    <div className={styles.choices}>
      <label className={optionsStyles.check}>
        <input
          type="checkbox"
          checked={fixedSeed !== null}
          onChange={({ target }) => onChange({ fixedSeed: target.checked ? FIRST_SEED : null })}
        />
        <span>{words.linkFixes}</span>
      </label>
      {fixedSeed !== null && (
        <NumberField
          label={words.linkSeed}
          value={fixedSeed}
          {...{ min: TRAINING.seed.min, max: TRAINING.seed.max, step: 1 }}
          onChange={(seed) => onChange({ fixedSeed: seed })}
        />
      )}
      <label className={optionsStyles.check}>
        <input type="checkbox" checked={projected} onChange={({ target }) => onChange({ projected: target.checked })} />
        <span>{words.linkProjected}</span>
      </label>
      {joins !== null && (
        <label className={optionsStyles.check}>
          <input type="checkbox" checked={joins} onChange={({ target }) => onJoins(target.checked)} />
          <span>{words.linkJoins}</span>
        </label>
      )}
    </div>
  );
}

export function Links(): ReactNode {
  const [given, setGiven] = useState(FIRST);
  const [joins, setJoins] = useState(true);
  const change = (changes: Partial<Given>) => setGiven((before) => ({ ...before, ...changes }));
  const { start, network, challenge } = given;
  const lesson = start !== 'network' && start !== 'desk';
  const now = useDesk((desk) => desk);
  const on = start === 'desk' && isZooNetwork(now.networkId) ? now.networkId : network;
  const challenges = offersOfLink(now, on, given.fixedSeed, today()).map((offer) => offer.challenge);
  // What another network was asked for is not on offer for this one, and stays what is chosen.
  const chosen = challengeText.write(challenge);
  const link = `${placeOfRoom(location.href, joins)}#${givenLink(given, now)}`;
  return (
    <>
      <section aria-label={words.links}>
        <h3>{words.links}</h3>
        <p className="note">{words.linksAbout}</p>
        <LinkField
          link={link}
          label={words.linkLabel}
          codeLabel={words.linkCode}
          copied={words.linkCopied}
          hint=""
          before={
            <>
              <div className={styles.choices}>
                <Choice
                  label={words.startWith}
                  value={start}
                  options={[
                    ['network', words.freely],
                    ['desk', words.fromDesk],
                    ...LESSON_IDS.map((id) => [id, lessons.titles[id]] as const),
                  ]}
                  onChange={(next) => change({ start: next as Given['start'] })}
                />
                <Choice
                  label={words.linkNetwork}
                  value={network}
                  disabled={start !== 'network'}
                  options={IDS.map((id) => [id, networks[id].label])}
                  onChange={(next) => change({ network: next as NetworkId })}
                />
                <Choice
                  label={words.linkChallenge}
                  value={lesson ? 'none' : chosen}
                  disabled={lesson}
                  options={[
                    ['none', words.noChallenge],
                    ...[...challenges, ...(challenge === null ? [] : [challenge])]
                      .map((one) => [challengeText.write(one), taskInWords(one)] as const)
                      .filter(([text], i, all) => all.findIndex(([other]) => other === text) === i),
                  ]}
                  onChange={(next) => change({ challenge: challengeText.read(next) ?? null })}
                />
              </div>
              <Hiding given={given} onChange={change} />
              <Fixing given={given} onChange={change} joins={now.room && joins} onJoins={setJoins} />
            </>
          }
        >
          <p className="note">{words.rankAbout}</p>
        </LinkField>
      </section>
      <Papers link={link} />
    </>
  );
}
