import { visible } from '@videocloud/local-web/page';
import { one } from '../state/actions.js';
import { shown } from '../state/api.js';
import { useText } from '../texts/texts.js';
import { closeDialog, Modal } from './modal.js';

/** Asks before one record is deleted. */
export function DiscardDialog({ id }: { readonly id: string }) {
  const t = useText();
  const discard = () => {
    closeDialog();
    void shown(one('discard', id));
  };
  return (
    <Modal title={t('discard_one_title')}>
      <p>
        <code class="detail-id">{visible(id)}</code>
      </p>
      <p>{t('discard_help')}</p>
      <div class="actions">
        <button type="button" class="danger" onClick={discard}>
          {t('discard')}
        </button>
        <button type="button" onClick={closeDialog}>
          {t('cancel')}
        </button>
      </div>
    </Modal>
  );
}
