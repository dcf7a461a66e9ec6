// Slides, handout and answer key of an agenda: from its lessons, the expected numbers and the words of the page.
import {
  type Code,
  type Deck,
  type Sheet,
  type SheetPart,
  type Slide,
  sheetHtml,
  slidesHtml,
} from '../../formats/paper/paper';
import { lessons as registry } from '../../store/lessons/registry';
import type { LessonId, Measured } from '../../store/state/lessons';
import { type AgendaId, agendaRows, lessonsOf } from '../../store/teach/agendas';
import { EXPECTED_NETWORKS, EXPECTED_WIDTHS, type Expected, expectedAt } from '../../store/teach/expected';
import { type LessonSheet, type SheetItem, sheetOf } from '../../store/teach/sheet';
import { learn } from '../../words/en/learn';
import { type AnyUnit, lessons as lessonWords } from '../../words/en/lessons';
import { page } from '../../words/en/page';
import { teach as words } from '../../words/en/teach';
import { count, percent } from '../../words/numbers';
import { locale } from '../../words/words';
import { networks } from '../../zoo/registry';
import { qrModules, qrPath } from '../parts/qrModules';

export const PAPERS = ['slides', 'handout', 'key'] as const;
export type PaperKind = (typeof PAPERS)[number];

/** Words that a handout explains: what is on the faders and the plot. */
const TERMS = 7;

const paper = (title: string) => ({ language: locale().slice(0, 2), title, license: words.papers.license });

function codeOf(link: string): Code {
  const modules = qrModules(link);
  return { path: qrPath(modules), size: modules.length, label: words.linkCode };
}

/** The answer with its interval and images, or that it is exact. */
function answerInWords(unit: AnyUnit, { value, lower, upper, n }: Measured): string {
  const said = lessonWords.value(unit, value);
  if (n === undefined || lower === undefined || upper === undefined) return words.papers.exactly(said);
  return words.papers.expect(said, lessonWords.images(n, unit, { lower, upper }));
}

const titleOf = (id: LessonId) => lessonWords.titles[id];
const all = (...texts: readonly (string | undefined)[]) => texts.filter((text): text is string => Boolean(text));

function slidesOfItem(item: SheetItem, title: string): readonly Slide[] {
  const { kinds } = lessonWords;
  if (item.kind === 'text') return item.text ? [{ over: title, title: kinds.text, text: [item.text] }] : [];
  if (item.kind === 'task') return [{ over: title, title: kinds.do, text: all(item.text, item.task) }];
  if (item.kind === 'choice') {
    const asked = {
      over: `${title} · ${kinds.choice}`,
      title: item.question,
      points: item.choices.map(({ label }) => label),
    };
    if (!item.known) return [asked];
    const right = item.choices.filter((choice) => choice.right).map(({ label }) => label);
    return [asked, { ...asked, points: right, text: all(item.because) }];
  }
  if (item.kind !== 'guess') return [];
  const asked = { over: `${title} · ${kinds.predict}`, title: item.question };
  const told = item.answer
    ? { over: `${title} · ${kinds.reveal}`, title: answerInWords(item.unit, item.answer), text: all(item.because) }
    : { over: `${title} · ${kinds.reveal}`, title: words.papers.measureHere };
  return [{ ...asked, text: all(item.text) }, told];
}

/** Accuracy by width, as lines of a list. */
const numbersOf = (expected: Expected): readonly Slide[] =>
  EXPECTED_NETWORKS.map((network) => ({
    over: words.numbers,
    title: networks[network].label,
    points: EXPECTED_WIDTHS.flatMap((bits) => {
      const found = expectedAt(expected, network, bits);
      return found
        ? [
            words.papers.row(
              bits === 32 ? words.float : words.bits(bits),
              percent(found.value),
              words.interval(found),
              count(found.n),
            ),
          ]
        : [];
    }),
  }));

function deckOf(agenda: AgendaId, sheets: readonly LessonSheet[], expected: Expected, link: string): Deck {
  const { title, rows } = words.agendas[agenda];
  const place = { link, code: codeOf(link) };
  const slides = agendaRows(agenda).flatMap(({ minutes, lesson }, i): Slide[] => {
    const over = lessonWords.minutes(minutes);
    const sheet = sheets.find(({ id }) => id === lesson);
    if (lesson === undefined || sheet === undefined) return [{ over, title: rows[i] }];
    return [
      { over, title: titleOf(lesson), text: [rows[i]] },
      ...sheet.items.flatMap((item) => slidesOfItem(item, titleOf(lesson))),
    ];
  });
  return {
    ...paper(`${page.name}: ${title}`),
    slides: [
      { title: page.tagline, over: page.name, text: [words.papers.open], place },
      ...slides,
      ...numbersOf(expected),
      { title: words.papers.end, place },
    ],
    words: { back: lessonWords.back, next: lessonWords.goOn, slide: words.papers.turn },
  };
}

type Question = NonNullable<SheetPart['questions']>[number];

function questionOf(item: SheetItem, isKey: boolean): readonly Question[] {
  if (item.kind === 'guess') {
    const { question, unit, answer } = item;
    if (!isKey) return [{ question, blanks: [words.papers.guess, words.papers.measured] }];
    return [
      { question, answers: answer ? all(answerInWords(unit, answer), item.because) : [words.papers.measureHere] },
    ];
  }
  if (item.kind !== 'choice') return [];
  const { question, choices, known, because } = item;
  if (!isKey) return [{ question, choices: choices.map(({ label }) => label) }];
  const right = choices.filter((choice) => choice.right).map(({ label }) => label);
  return [{ question, answers: known ? all(right.join(', '), because) : [words.papers.measureHere] }];
}

function sheetFor(
  agenda: AgendaId,
  sheets: readonly LessonSheet[],
  expected: Expected,
  link: string,
  isKey: boolean,
): Sheet {
  const place = { link, code: codeOf(link) };
  const parts = sheets.map(
    ({ id, items }): SheetPart => ({
      title: titleOf(id),
      questions: items.flatMap((item) => questionOf(item, isKey)),
    }),
  );
  const { title } = words.agendas[agenda];
  if (isKey) {
    const weights = EXPECTED_NETWORKS.map((id) =>
      words.numbersOf(networks[id].label, expected.networks[id]?.fingerprint ?? ''),
    );
    const rows = numbersOf(expected).map((slide) => ({ title: slide.title, text: slide.points ?? [] }));
    return {
      ...paper(`${words.papers.key}: ${title}`),
      about: [words.papers.keyAbout, ...weights].join(' · '),
      parts: [...parts, ...rows],
    };
  }
  const terms = { title: learn.glossary, terms: learn.terms.slice(0, TERMS) };
  return {
    ...paper(`${page.name}: ${page.tagline}`),
    name: words.papers.name,
    about: words.papers.handoutAbout,
    place,
    parts: [...parts, terms],
  };
}

/** The file of a paper, in the language of the page. `link` is where people go. */
export async function paperHtml(kind: PaperKind, agenda: AgendaId, expected: Expected, link: string): Promise<string> {
  const sheets = await Promise.all(lessonsOf(agenda).map(async (id) => sheetOf(await registry[id].load(), expected)));
  if (kind === 'slides') return slidesHtml(deckOf(agenda, sheets, expected, link));
  return sheetHtml(sheetFor(agenda, sheets, expected, link, kind === 'key'));
}
