import type { Point } from '../state/store.js';
import { useBoard } from '../state/store.js';
import { moment, number, useText } from '../texts/texts.js';

const WIDTH = 320;
const HEIGHT = 84;
// Room for the width of a line at the edges.
const EDGE = 2;
/** Steps of the scale, so that it does not change with every point. */
const STEPS = [1, 2, 5];

/** The backlog and the dead letters since the page was opened, at most half an hour. */
export function Chart() {
  const t = useText();
  const language = useBoard((state) => state.language);
  const points = useBoard((state) => state.points);
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return <section class="pane chart" aria-label={t('chart')} />;
  const most = Math.max(...points.map(({ backlog }) => backlog));
  const top = roundUp(Math.max(most, ...points.map(({ dead }) => dead)));
  const since = moment(first.at, language);
  const values = {
    backlog: number(last.backlog, language),
    most: number(most, language),
    dead: number(last.dead, language),
    time: since,
  };
  const backlog = line(points, (point) => point.backlog, top);
  return (
    <section class="pane chart" aria-label={t('chart')}>
      <header>
        <h2>{t('chart')}</h2>
        <span class="legend legend-backlog">
          {t('chart_backlog')} <strong>{values.backlog}</strong>
        </span>
        <span class="legend legend-dead">
          {t('chart_dead')} <strong>{values.dead}</strong>
        </span>
      </header>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={t('chart_says', values)}
      >
        {[0.25, 0.5, 0.75].map((share) => (
          <line key={share} class="grid" x1="0" x2={WIDTH} y1={HEIGHT * share} y2={HEIGHT * share} />
        ))}
        <polygon class="area" points={`${EDGE},${HEIGHT} ${backlog} ${WIDTH - EDGE},${HEIGHT}`} />
        <polyline class="line-backlog" points={backlog} />
        <polyline class="line-dead" points={line(points, (point) => point.dead, top)} />
      </svg>
      <p class="axis">
        <span>{t('chart_since', { time: since })}</span>
        <span>0–{number(top, language)}</span>
      </p>
    </section>
  );
}

/** The next of 1, 2, 5, 10, 20, 50 … */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  return (STEPS.find((step) => step * power >= value) ?? 10) * power;
}

function line(points: readonly Point[], measure: (point: Point) => number, top: number): string {
  const start = points[0]?.at ?? 0;
  const time = Math.max(1, (points.at(-1)?.at ?? 0) - start);
  // One point is drawn as a level line.
  const drawn = points.length === 1 ? [...points, ...points] : points;
  return drawn
    .map((point, index) => {
      const share = points.length === 1 ? index : (point.at - start) / time;
      const x = EDGE + share * (WIDTH - 2 * EDGE);
      const y = HEIGHT - EDGE - (measure(point) / top) * (HEIGHT - 3 * EDGE);
      return `${x.toFixed(1)},${y.toFixed(1)}`;
    })
    .join(' ');
}
