// A paper is one file that asks for nothing, and says what it is given, whatever signs are in it.
import { expect, test } from 'vitest';
import { sheetHtml, slidesHtml } from './paper';

const paper = { language: 'en', title: 'A <b> & "c"', license: 'CC BY 4.0' };
const code = { path: 'M0 0h1v1h-1z', size: 29, label: 'QR code' };

/** What a browser would ask for. */
const asked = (html: string) =>
  [...html.matchAll(/\b(src|srcset|href)="([^"]*)"|url\(|@import/g)].map(([, , to]) => to);

test('slides have one section each, and nothing to fetch but the link that people follow', () => {
  const place = { link: 'http://here/#v1/tiny?a="b"', code };
  const html = slidesHtml({
    ...paper,
    slides: [
      { title: 'One', place },
      { title: '<script>alert(1)</script>', text: ['a & b'], points: ['c'] },
    ],
    words: { back: 'Back', next: 'Next', slide: 'Slides' },
  });
  expect(html.match(/<section /g)).toHaveLength(2);
  expect(html.match(/<script>/g)).toHaveLength(1);
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(asked(html)).toEqual(['http://here/#v1/tiny?a=&quot;b&quot;']);
  expect(html).toContain("default-src 'none'");
});

test('a sheet has blanks, boxes and answers as it is told', () => {
  const html = sheetHtml({
    ...paper,
    about: 'About',
    parts: [
      {
        title: 'P',
        questions: [
          { question: 'Q?', blanks: ['Guess'] },
          { question: 'R?', choices: ['x', 'y'] },
        ],
      },
      { title: 'Key', questions: [{ question: 'Q?', answers: ['16'] }] },
    ],
  });
  expect(html.match(/class="blank"/g)).toHaveLength(1);
  expect(html.match(/class="box"/g)).toHaveLength(2);
  expect(html).toContain('<div class="answer">16</div>');
  expect(asked(html)).toEqual([]);
});
