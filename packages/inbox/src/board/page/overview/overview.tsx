import { span } from '@videocloud/local-web/page';
import { STATES } from '../../protocol.js';
import { narrow } from '../state/actions.js';
import { useBoard } from '../state/store.js';
import { number, useText } from '../texts/texts.js';
import { Chart } from './chart.js';

/** Counts by state, which choose what the list shows, and the backlog over time. */
export function Overview() {
  return (
    <div class="overview">
      <States />
      <Chart />
    </div>
  );
}

function States() {
  const t = useText();
  const language = useBoard((state) => state.language);
  const stats = useBoard((state) => state.stats);
  const chosen = useBoard((state) => state.filter.state);
  const n = (count = 0) => number(count, language);
  const { accepted, handled, dead } = stats?.lastMinute ?? {};
  const all = stats && stats.waiting + stats.running + stats.handled + stats.dead;
  return (
    <section class="pane states" aria-label={t('states')}>
      <div class="state-cards">
        {[...STATES, undefined].map((name) => {
          const count = name === undefined ? all : stats?.[name];
          return (
            <button
              key={name ?? 'all'}
              type="button"
              class={`state-card state-${name ?? 'all'}${count ? ' some' : ''}`}
              aria-pressed={chosen === name}
              onClick={() => narrow({ state: name })}
            >
              <strong>{count === undefined ? '–' : n(count)}</strong>
              <span>{t(`state_${name ?? 'all'}`)}</span>
            </button>
          );
        })}
      </div>
      {stats !== undefined && (
        <dl class="figures">
          <div>
            <dt>{t('oldest')}</dt>
            <dd>{stats.oldestWaitingMs === 0 ? '–' : span(stats.oldestWaitingMs)}</dd>
          </div>
          <div>
            <dt>{t('last_minute')}</dt>
            <dd>{t('rates', { accepted: n(accepted), handled: n(handled), dead: n(dead) })}</dd>
          </div>
        </dl>
      )}
    </section>
  );
}
