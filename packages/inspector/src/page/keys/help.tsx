import { useEffect, useRef, useState } from 'preact/hooks';
import { useText } from '../i18n/texts.js';
import { change, useStore } from '../state/store.js';
import { KEYS, keysOn, setKeysOn } from './keys.js';

/** The map of the keys, opened with `?`. */
export function KeyHelp() {
  const t = useText();
  const open = useStore((store) => store.help);
  const dialog = useRef<HTMLDialogElement>(null);
  const [on, setOn] = useState(keysOn);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} class="keys" aria-labelledby="keys-title" onClose={() => change({ help: false })}>
      <h2 id="keys-title">{t('keys')}</h2>
      <dl>
        {KEYS.map(([key, name]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(`key_${name}`)}</dd>
          </div>
        ))}
        <div>
          <dt>
            <kbd>↑</kbd> <kbd>↓</kbd>
          </dt>
          <dd>{t('key_arrows')}</dd>
        </div>
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          onChange={({ currentTarget }) => {
            setOn(currentTarget.checked);
            setKeysOn(currentTarget.checked);
          }}
        />
        {t('keys_on')}
      </label>
      <div class="actions">
        <button type="button" class="primary" onClick={() => dialog.current?.close()}>
          {t('close')}
        </button>
      </div>
    </dialog>
  );
}
