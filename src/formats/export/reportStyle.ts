// The report's style sheet, and escaping of its text.

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as HTML, in elements and in quoted attributes. */
export function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
}

/** Colors are those of the page (ui/theme.css). */
export const STYLE = `
:root{--ground:#f6f5f1;--panel:#fffefb;--ink:#1c1f23;--dim:#5f646b;--line:#dedbd2;--weights:#0b7a75;--activations:#b97c00;--here:#d55e00;
font:15px/1.45 Inter,"Segoe UI",system-ui,sans-serif;font-variant-numeric:tabular-nums;color-scheme:light dark}
@media (prefers-color-scheme:dark){:root{--ground:#14161a;--panel:#1b1e23;--ink:#eceae4;--dim:#a4aab2;--line:#2f343c;--weights:#3fc1b6;--activations:#e8b23a;--here:#f08a4b}}
*{box-sizing:border-box}
body{margin:0 auto;padding:2rem 1rem 4rem;max-width:60rem;background:var(--ground);color:var(--ink)}
header p{margin:0;color:var(--dim)}
h1{margin:.1rem 0 1.5rem;font-size:1.9rem;line-height:1.15}
h2{margin:0 0 .75rem;font-size:1.1rem}
section{margin-top:1rem;padding:1.1rem 1.2rem;background:var(--panel);border:1px solid var(--line);border-radius:12px}
dl,dd{margin:0}
dt,caption,small,.axis{color:var(--dim)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem}
.figure{padding:.8rem 1rem;background:var(--panel);border:1px solid var(--line);border-radius:12px}
.figure dd{font-size:1.45rem;font-weight:600}
.figure small{display:block;font-size:.8rem;font-weight:400}
svg{display:block;width:100%;height:auto;font-size:12px;fill:currentColor}
svg text{fill:var(--dim)}
svg .line{stroke:var(--line);fill:none}
svg .point{fill:var(--weights)}svg .bar{stroke:var(--weights);fill:none}
svg .here{fill:var(--here);stroke:none}svg .here-bar{stroke:var(--here);fill:none;stroke-width:2}
svg .weights{fill:var(--weights)}svg .other{fill:var(--dim)}svg .activations{fill:var(--activations)}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:.87rem}
caption{text-align:left;padding-bottom:.5rem}
th,td{padding:.3rem .45rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap;font-weight:400}
thead th{color:var(--dim);white-space:normal;vertical-align:bottom}
th:first-child,.layers :is(th,td):nth-child(2){text-align:left}
tbody th{font-weight:600}
.origin div{display:grid;grid-template-columns:9rem 1fr;padding:.25rem 0;overflow-wrap:anywhere}
@media print{:root{--ground:#fff;--panel:#fff;--ink:#000;--dim:#444;--line:#bbb;--weights:#0b7a75;--activations:#b97c00;--here:#d55e00;font-size:10pt}
body{padding:0;max-width:none}section,.figure{break-inside:avoid;border-radius:0}tr{break-inside:avoid}section:has(table){break-inside:auto}table{font-size:7.5pt}th,td{padding:.15rem .25rem}td{white-space:normal}.wide{overflow:visible}*{print-color-adjust:exact}}
`;
