import { Field } from '@videocloud/local-web/components';
import { fromBase64, toBase64, utf8 } from '@videocloud/local-web/page';
import { useState } from 'preact/hooks';
import type { DeliveryView, Item } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { change } from '../state/store.js';

/** The bytes of a delivery, to be changed, signed again and sent once. */
export function EditResend({ detail, onDone }: { readonly detail: DeliveryView; readonly onDone: () => void }) {
  const t = useText();
  const original = utf8(fromBase64(detail.body));
  const [text, setText] = useState(original ?? '');
  const send = async () => {
    const body = toBase64(new TextEncoder().encode(text));
    const { items } = await post<{ items: readonly Item[] }>('/probe', {
      webhookId: detail.webhookId,
      mode: 'exact',
      body,
    });
    onDone();
    const id = items.at(-1)?.id;
    if (id !== undefined) change({ selected: id });
  };
  return (
    <form
      class="part edit"
      onSubmit={(event) => {
        event.preventDefault();
        quietly(send());
      }}
    >
      <Field label={t('body')} rows={8} value={text} onInput={setText} />
      {original === undefined && <p class="bad-text">{t('not_text')}</p>}
      <p class="help">{t('edit_help')}</p>
      <div class="actions">
        <button type="submit" class="primary">
          {t('edit_send')}
        </button>
        <button type="button" onClick={onDone}>
          {t('cancel')}
        </button>
      </div>
    </form>
  );
}
