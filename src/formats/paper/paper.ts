// Slides, handouts and answer keys as single HTML files, which need nothing else: no request, no font, no picture from
// elsewhere. What they say is passed in.
import { escapeText } from '../export/reportStyle';

/** A QR code as a path in units of its modules. */
export interface Code {
  readonly path: string;
  readonly size: number;
  readonly label: string;
}

/** Where people go: the address in words, and as a code where there is room. */
export interface Place {
  readonly link: string;
  readonly code?: Code;
}

interface Paper {
  /** As in `lang`. */
  readonly language: string;
  readonly title: string;
  /** The license of the texts, in a sentence. */
  readonly license: string;
}

/** One slide: a small line above, a title, paragraphs, points of a list, and a place to go. */
export interface Slide {
  readonly over?: string;
  readonly title: string;
  readonly text?: readonly string[];
  readonly points?: readonly string[];
  readonly place?: Place;
}

/** Slides, and what their controls are called. */
export interface Deck extends Paper {
  readonly slides: readonly Slide[];
  readonly words: { readonly back: string; readonly next: string; readonly slide: string };
}

/** A part of a sheet: a heading, questions with what may be answered, and pairs of a word and its meaning. */
export interface SheetPart {
  readonly title: string;
  readonly text?: readonly string[];
  readonly questions?: readonly {
    readonly question: string;
    /** Blanks to fill in, by what stands before them. */
    readonly blanks?: readonly string[];
    /** Boxes to tick. */
    readonly choices?: readonly string[];
    /** What is right, on an answer key. */
    readonly answers?: readonly string[];
  }[];
  readonly terms?: readonly (readonly [term: string, meaning: string])[];
}

/** A handout, or the key to it. */
export interface Sheet extends Paper {
  /** Before a blank for it, e.g. "Name". */
  readonly name?: string;
  readonly about: string;
  readonly place?: Place;
  readonly parts: readonly SheetPart[];
}

/** Nothing is fetched, whatever the texts say. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'";
const FONT = 'Inter,"Segoe UI",system-ui,sans-serif';

function page({ language, title }: Paper, style: string, body: string): string {
  return `<!doctype html>
<html lang="${escapeText(language)}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>${escapeText(title)}</title>
<style>${style}</style>
${body}
</html>
`;
}

const drawn = ({ path, size, label }: Code) =>
  `<svg class="code" role="img" aria-label="${escapeText(label)}" viewBox="0 0 ${size} ${size}"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
const placed = ({ link, code }: Place) =>
  `<div class="place">${code ? drawn(code) : ''}<a href="${escapeText(link)}">${escapeText(link)}</a></div>`;
const each = <T>(all: readonly T[] | undefined, one: (item: T) => string) => (all ?? []).map(one).join('');
const paragraphs = (text: readonly string[] | undefined) => each(text, (one) => `<p>${escapeText(one)}</p>`);

const SLIDES = `
*{box-sizing:border-box}
body{margin:0;background:#fff;color:#191b20;font:28px/1.4 ${FONT};font-variant-numeric:tabular-nums}
section{display:grid;grid-template-columns:minmax(0,1fr) auto;align-content:center;gap:0 3rem;min-height:100vh;padding:4vh 7vw 9vh}
section>*{grid-column:1}
section>.place{grid-column:2;grid-row:1/span 9;align-self:center;max-width:34vw}
small{color:#5a5f68;font-size:24px}
h1{margin:.2em 0 .5em;font-size:52px;line-height:1.15;text-wrap:balance}
p,ul{margin:0 0 .6em;max-width:34em}
.code{display:block;width:min(34vw,52vh);margin-bottom:1rem}
a{color:inherit;overflow-wrap:anywhere;font-size:24px}
footer{color:#5a5f68;font-size:24px}
nav{display:none}
@media screen{
.deck section{display:none}.deck section.now{display:grid}
.deck nav{display:flex;gap:12px;position:fixed;right:20px;bottom:16px;align-items:center;font-size:24px}
nav button{min-width:56px;min-height:48px;border:2px solid #8b887f;border-radius:8px;background:#fff;color:inherit;font:inherit}
}
@media screen and (prefers-color-scheme:dark){body,nav button{background:#15181e;color:#eeece7}small,footer{color:#a6acb6}}
@media screen and (max-width:700px){body{font-size:20px}h1{font-size:32px}section{grid-template-columns:minmax(0,1fr)}section>.place{grid-column:1;grid-row:auto}}
@page{size:13.333in 7.5in;margin:0}
@media print{section{min-height:0;height:7.5in;break-after:page;break-inside:avoid;padding:.5in .8in}section:last-of-type{break-after:auto}.code{width:3.6in}}
`;

/** Arrow keys, page keys, space, a click on the buttons and a swipe turn the slides; without scripts they are one page. */
const TURN = `
const all=[...document.querySelectorAll('section')],where=document.querySelector('output');
let at=0;
function go(to){at=Math.max(0,Math.min(all.length-1,to));all.forEach((one,i)=>one.classList.toggle('now',i===at));where.textContent=at+1+' / '+all.length;history.replaceState(null,'','#'+(at+1));scrollTo(0,0)}
const keys={ArrowRight:1,ArrowDown:1,PageDown:1,' ':1,ArrowLeft:-1,ArrowUp:-1,PageUp:-1,Home:-1e9,End:1e9};
addEventListener('keydown',event=>{if(!(event.key in keys)||event.ctrlKey||event.metaKey||event.altKey||event.key===' '&&event.target.closest('button,a'))return;event.preventDefault();go(at+keys[event.key])});
let from=null;
addEventListener('touchstart',event=>{from=event.touches.length===1?event.touches[0].clientX:null},{passive:true});
addEventListener('touchend',event=>{if(from===null)return;const by=event.changedTouches[0].clientX-from;from=null;if(Math.abs(by)>50)go(at+(by<0?1:-1))});
document.querySelector('[data-back]').onclick=()=>go(at-1);
document.querySelector('[data-next]').onclick=()=>go(at+1);
addEventListener('hashchange',()=>go(Number(location.hash.slice(1))-1||0));
document.body.className='deck';go(Number(location.hash.slice(1))-1||0);
`;

/** Slides as one file. */
export function slidesHtml(deck: Deck): string {
  const { slides, words, license } = deck;
  const body = each(
    slides.map((slide, i) => ({ ...slide, last: i === slides.length - 1 })),
    ({ over, title, text, points, place, last }) =>
      `<section aria-label="${escapeText(title)}">${over ? `<small>${escapeText(over)}</small>` : ''}<h1>${escapeText(title)}</h1>${paragraphs(text)}${
        points ? `<ul>${each(points, (one) => `<li>${escapeText(one)}</li>`)}</ul>` : ''
      }${place ? placed(place) : ''}${last ? `<footer>${escapeText(license)}</footer>` : ''}</section>\n`,
  );
  const nav = `<nav aria-label="${escapeText(words.slide)}"><button data-back aria-label="${escapeText(words.back)}">←</button><output aria-live="polite"></output><button data-next aria-label="${escapeText(words.next)}">→</button></nav>`;
  return page(deck, SLIDES, `<body>\n<main>\n${body}</main>\n${nav}\n<script>${TURN}</script>\n</body>`);
}

const SHEET = `
*{box-sizing:border-box}
body{margin:0 auto;padding:24px;max-width:760px;background:#fff;color:#000;font:13px/1.35 ${FONT};font-variant-numeric:tabular-nums}
header{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:0 20px}
h1{margin:0 0 4px;font-size:22px}h2{margin:10px 0 3px;font-size:14.5px;break-after:avoid}
p{margin:0 0 4px}
.place{max-width:128px;font-size:8.5px;overflow-wrap:anywhere}.place a{color:inherit}.code{display:block;width:112px}
ol{margin:0;padding-left:20px}li{margin-bottom:5px;break-inside:avoid}
.blanks{display:flex;flex-wrap:wrap;gap:4px 24px;padding-top:3px}
.blank::after{display:inline-block;width:92px;margin-left:6px;border-bottom:1px solid #000;content:""}
.name::after{width:220px}
.box::before{display:inline-block;width:11px;height:11px;margin-right:6px;border:1px solid #000;vertical-align:-1px;content:""}
.answer:not(.answer~.answer){font-weight:600}
dl{margin:0;columns:2;column-gap:22px;font-size:12px}dl div{break-inside:avoid}dt{display:inline;font-weight:600}dd{display:inline;margin:0}dt::after{content:": "}
footer{margin-top:10px;color:#444;font-size:10.5px}
@page{margin:13mm 14mm}
@media print{body{padding:0;max-width:none}}
`;

/** A sheet as one file. */
export function sheetHtml(sheet: Sheet): string {
  const parts = each(
    sheet.parts,
    ({ title, text, questions, terms }) =>
      `<section><h2>${escapeText(title)}</h2>${paragraphs(text)}${
        questions && questions.length > 0
          ? `<ol>${each(
              questions,
              ({ question, blanks, choices, answers }) =>
                `<li>${escapeText(question)}${
                  blanks || choices
                    ? `<div class="blanks">${each(blanks, (one) => `<span class="blank">${escapeText(one)}</span>`)}${each(choices, (one) => `<span class="box">${escapeText(one)}</span>`)}</div>`
                    : ''
                }${each(answers, (one) => `<div class="answer">${escapeText(one)}</div>`)}</li>`,
            )}</ol>`
          : ''
      }${terms ? `<dl>${each(terms, ([term, meaning]) => `<div><dt>${escapeText(term)}</dt><dd>${escapeText(meaning)}</dd></div>`)}</dl>` : ''}</section>\n`,
  );
  const head = `<header><div><h1>${escapeText(sheet.title)}</h1>${
    sheet.name ? `<p class="blank name">${escapeText(sheet.name)}</p>` : ''
  }<p>${escapeText(sheet.about)}</p></div>${sheet.place ? placed(sheet.place) : ''}</header>`;
  return page(
    sheet,
    SHEET,
    `<body>\n${head}\n<main>\n${parts}</main>\n<footer>${escapeText(sheet.license)}</footer>\n</body>`,
  );
}
