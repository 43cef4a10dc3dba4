import { useEffect } from 'preact/hooks';
import { visible } from '../format.js';
import type { SharedText } from '../shared-texts.js';

/** What just happened. */
export interface Notice {
  /** `busy`: something is under way; the next notice takes its place. */
  readonly tone: 'good' | 'bad' | 'busy';
  readonly text: string;
  /** The English words the text stands for, where they say more. */
  readonly original?: string | undefined;
}

/** Shows a notice. */
export type Notify = (tone: Notice['tone'], text: string, original?: string) => void;

interface NoticeBarProps {
  readonly t: SharedText;
  readonly notice: Notice | undefined;
  /** Whether the page no longer hears from its server. */
  readonly lost: boolean;
  readonly onClose: () => void;
}

// Bad news stays until it is closed.
const GOOD_NEWS_MS = 5_000;

/** What just happened, and whether the page still hears from its server. */
export function NoticeBar({ t, notice, lost, onClose }: NoticeBarProps) {
  useEffect(() => {
    if (notice?.tone !== 'good') return;
    const timer = setTimeout(onClose, GOOD_NEWS_MS);
    return () => clearTimeout(timer);
  }, [notice]);
  return (
    <div class="notices" role="status" aria-live="polite">
      {lost && <p class="notice bad">{t('lost')}</p>}
      {notice !== undefined && (
        <p class={`notice ${notice.tone}`}>
          <span>
            {visible(notice.text)}
            {notice.original !== undefined && <small lang="en">{visible(notice.original)}</small>}
          </span>
          <button type="button" class="quiet" onClick={onClose}>
            {t('close')}
          </button>
        </p>
      )}
    </div>
  );
}
