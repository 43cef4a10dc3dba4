// The panels of `bench:peers` as bars, in an SVG that needs nothing but itself.
const WIDTH = 980;
const COLUMNS = 2;
const GUTTER = 40;
const MARGIN = 24;
const LABEL = 120;
const VALUE = 96;
const BAR = 16;
const STEP = 24;
const HEAD = 62;
const PANEL_HEAD = 40;

const escaped = (text) => String(text).replace(/&/g, '&amp;').replace(/</g, '&lt;');

/**
 * @param {{ title: string, unit: string, values: Record<string, number>, digits: number }[]} panels
 * @param {string[]} names in the order of the bars
 * @param {string} ours the one that stands out
 */
export function plot(panels, names, ours) {
  const panelWidth = (WIDTH - 2 * MARGIN - (COLUMNS - 1) * GUTTER) / COLUMNS;
  const panelHeight = PANEL_HEAD + names.length * STEP + 18;
  const height = HEAD + Math.ceil(panels.length / COLUMNS) * panelHeight + 8;
  const drawn = panels.map((panel, n) => {
    const x = MARGIN + (n % COLUMNS) * (panelWidth + GUTTER);
    const y = HEAD + Math.floor(n / COLUMNS) * panelHeight;
    return `<g transform="translate(${x} ${y})">${panelOf(panel, names, ours, panelWidth)}</g>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" role="img">
<title>@videocloud/webhooks compared with its peers; shorter is better</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="${MARGIN}" y="36" font-size="19" font-weight="600" fill="#1b1f24">Compared with its peers, in one run</text>
<text x="${WIDTH - MARGIN}" y="36" font-size="13" fill="#59636e" text-anchor="end">shorter is better</text>
${drawn.join('\n')}
</svg>
`;
}

function panelOf({ title, unit, values, digits }, names, ours, width) {
  const room = width - LABEL - VALUE;
  const longest = Math.max(...Object.values(values));
  const bars = names.map((name, n) => {
    const y = PANEL_HEAD + n * STEP;
    const middle = y + BAR / 2 + 4.5;
    const own = name === ours;
    const ink = own ? '#0a58ca' : '#1b1f24';
    const weight = own ? ' font-weight="600"' : '';
    const label = `<text x="${LABEL - 8}" y="${middle}" font-size="13" fill="${ink}" text-anchor="end"${weight}>${escaped(name)}</text>`;
    const value = values[name];
    if (value === undefined) {
      return `${label}<text x="${LABEL}" y="${middle}" font-size="12" fill="#59636e">no such call</text>`;
    }
    const length = Math.max(1.5, (value / longest) * room);
    const multiple = own ? '' : ` · ${(value / values[ours]).toFixed(value / values[ours] < 10 ? 2 : 0)} ×`;
    return `${label}<rect x="${LABEL}" y="${y}" width="${length.toFixed(1)}" height="${BAR}" rx="2" fill="${own ? '#0a58ca' : '#9aa7b5'}"/><text x="${(LABEL + length + 6).toFixed(1)}" y="${middle}" font-size="12" fill="${ink}"${weight}>${value.toFixed(digits)}${multiple}</text>`;
  });
  return `<text x="0" y="18" font-size="14" font-weight="600" fill="#1b1f24">${escaped(title)} <tspan fill="#59636e" font-weight="400">${escaped(unit)}</tspan></text>${bars.join('')}`;
}
