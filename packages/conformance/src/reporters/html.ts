import type { Report, Result } from '../types.js';
import { byFamily, counts, LEVEL_MEANING, oneLine } from './text.js';

/** One HTML page without scripts or requests, to keep or to send: levels, then each case with its fix. */
export function html(report: Report): string {
  const title = `Webhook conformance: ${report.level === 'none' ? 'no level' : report.level}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${text(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${text(title)}</h1>
<p><code>${text(report.target)}</code>: ${text(counts(report))}, score ${report.score}.</p>
<table>
<thead><tr><th scope="col">Level</th><th scope="col">Means</th><th scope="col">Reached</th></tr></thead>
<tbody>
${report.levels.map(level).join('\n')}
</tbody>
</table>
${[...byFamily(report.results)].map(([family, results]) => section(family, results)).join('\n')}
${report.notProven.length === 0 ? '' : `<h2>Not proven</h2>\n<ul>\n${report.notProven.map((one) => `<li>${text(one)}</li>`).join('\n')}\n</ul>`}
</main>
</body>
</html>
`;
}

const STYLE = `:root{color-scheme:light dark}
body{font:15px/1.5 system-ui,sans-serif;margin:0;padding:1.5rem}main{max-width:60rem;margin:auto}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid #8886;padding:.3rem .5rem;text-align:left;vertical-align:top}
code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}ul{padding-left:1.2rem}li{margin:.3rem 0}
.failed{color:light-dark(#a91b1b,#ff9089);font-weight:600}.passed{color:light-dark(#0b6b35,#5ed893)}.skipped{opacity:.8}`;

const SIGN: Readonly<Record<Result['status'], string>> = { passed: '✓', failed: '✗', skipped: '–' };

function level({ level: name, reached, failed, unproven }: Report['levels'][number]): string {
  const standing = reached ? 'yes' : `no (${failed.length} failed, ${unproven.length} not proven)`;
  return `<tr><th scope="row">${name}</th><td>${text(LEVEL_MEANING[name])}</td><td>${standing}</td></tr>`;
}

function section(family: string, results: readonly Result[]): string {
  return `<h2>${text(family)}</h2>\n<ul>\n${results.map(item).join('\n')}\n</ul>`;
}

function item({ id, title, status, detail, why, fix, reference }: Result): string {
  const line = `<span class="${status}">${SIGN[status]} ${status}</span> <code>${text(id)}</code>: ${text(title)}`;
  const more = [
    ['', detail],
    ['Why it matters: ', status === 'failed' ? why : undefined],
    ['Fix: ', status === 'failed' ? fix : undefined],
    ['See: ', status === 'failed' ? reference : undefined],
  ].flatMap(([label, value]) => (value === undefined ? [] : [`<br>${label}${text(value)}`]));
  return `<li>${line}${status === 'passed' ? '' : more.join('')}</li>`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text of a stranger, never markup. */
function text(plain: string): string {
  return oneLine(plain)
    .replace(/\p{Cs}/gu, '\ufffd')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}
