import { useState } from 'preact/hooks';
import type { Found, Why } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { Causes } from './causes.js';
import { FindingLine } from './finding.js';

interface FindMistakeProps {
  readonly deliveryId: string;
  readonly attempt: number;
  readonly framework: Why['framework'];
}

/** Experiments with the receiver: which mistake would accept what it refused. */
export function FindMistake({ deliveryId, attempt, framework }: FindMistakeProps) {
  const t = useText();
  const [found, setFound] = useState<Found>();
  const [searching, setSearching] = useState(false);
  const search = async () => {
    setSearching(true);
    setFound(undefined);
    try {
      setFound(await post<Found>(`/deliveries/${encodeURIComponent(deliveryId)}/find`, { attempt }));
    } finally {
      setSearching(false);
    }
  };
  return (
    <>
      <div class="actions">
        <button
          type="button"
          class="primary"
          data-key="f"
          aria-keyshortcuts="f"
          disabled={searching}
          onClick={() => quietly(search())}
        >
          {t('find_mistake')}
        </button>
      </div>
      <p class="help">{t('find_help')}</p>
      <div role="status" class="found">
        {searching && <progress aria-label={t('find_searching')} />}
        {found !== undefined && (
          <>
            <FindingLine finding={found.finding} withFix={found.causes.length === 0} />
            <Causes causes={found.causes} framework={framework} />
            <p class="help">{t('find_tried', { n: found.tried })}</p>
          </>
        )}
      </div>
    </>
  );
}
