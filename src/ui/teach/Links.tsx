// "Links to give away": what a room starts from, as a link and a code to scan.
import { type ReactNode, useId, useState } from 'react';
import { offers } from '../../store/challenges/taking';
import { challengeText } from '../../store/link/challengeText';
import { LESSON_IDS } from '../../store/state/lessons';
import { lessons } from '../../words/en/lessons';
import { teach as words } from '../../words/en/teach';
import { networks } from '../../zoo/registry';
import { hasWeights } from '../../zoo/shipped';
import { taskInWords, today } from '../challenges/challengeWords';
import { LinkField } from '../parts/LinkField';
import { useDesk } from '../parts/useDesk';
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

const IDS = Object.keys(networks).filter((id) => hasWeights(id as keyof typeof networks, 'emoji10'));

export function Links(): ReactNode {
  const [lesson, setLesson] = useState('');
  const [network, setNetwork] = useState('resnet8');
  const [challenge, setChallenge] = useState('none');
  const challenges = useDesk((desk) => offers(desk, today())).map(({ challenge }) => challenge);
  const fields = [
    lesson ? `v1/tiny/emoji10/tab=learn/lesson=${lesson}` : `v1/${network}/emoji10`,
    ...(lesson || challenge === 'none' ? [] : [`tab=learn/challenge=${challenge}`]),
  ];
  return (
    <section aria-label={words.links}>
      <h3>{words.links}</h3>
      <p className="note">{words.linksAbout}</p>
      <LinkField
        link={`${location.origin}${location.pathname}#${fields.join('/')}`}
        label={words.linkLabel}
        codeLabel={words.linkCode}
        copied={words.linkCopied}
        hint=""
        before={
          <div className={styles.choices}>
            <Choice
              label={words.startWith}
              value={lesson}
              options={[['', words.freely], ...LESSON_IDS.map((id) => [id, lessons.titles[id]] as const)]}
              onChange={setLesson}
            />
            <Choice
              label={words.linkNetwork}
              value={network}
              disabled={lesson !== ''}
              options={IDS.map((id) => [id, networks[id as keyof typeof networks].label])}
              onChange={setNetwork}
            />
            <Choice
              label={words.linkChallenge}
              value={challenge}
              disabled={lesson !== ''}
              options={[
                ['none', words.noChallenge],
                ...challenges.map((one) => [challengeText.write(one), taskInWords(one)] as const),
              ]}
              onChange={setChallenge}
            />
          </div>
        }
      >
        <p className="note">{words.rankAbout}</p>
      </LinkField>
    </section>
  );
}
