import { useState } from 'preact/hooks';
import type { ScenarioName } from '../../protocol.js';
import { isKey, useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { change, useStore } from '../state/store.js';

const NAMES: readonly ScenarioName[] = ['lifecycle', 'storm', 'rotation'];

export function Scenarios({ webhookId }: { readonly webhookId: string | undefined }) {
  const t = useText();
  const steps = useStore((store) => store.steps);
  const virtual = useStore(({ state }) => state?.clock.virtual ?? false);
  const [playing, setPlaying] = useState(false);
  const play = async (name: ScenarioName) => {
    setPlaying(true);
    change({ steps: [] });
    try {
      await post(`/scenarios/${name}`, { webhookId });
    } finally {
      setPlaying(false);
    }
  };
  return (
    <section class="part" aria-label={t('scenarios')}>
      <h3>{t('scenarios')}</h3>
      <div class="scenarios">
        {NAMES.map((name) => (
          <button
            key={name}
            type="button"
            disabled={playing || webhookId === undefined || (name === 'storm' && !virtual)}
            onClick={() => quietly(play(name))}
          >
            {t(`scenario_${name}`)}
          </button>
        ))}
      </div>
      <ol class="steps" aria-live="polite">
        {steps.map(({ key, tone, values }, index) => {
          const text = `step_${key}`;
          const status = `outcome_${values?.status}`;
          const said = isKey(status) ? { ...values, status: t(status) } : values;
          return (
            <li key={index} class={tone}>
              {isKey(text) ? t(text, said) : key}
            </li>
          );
        })}
        {playing && <li class="note">{t('scenario_playing')}</li>}
      </ol>
    </section>
  );
}
