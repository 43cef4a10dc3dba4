import { remember } from '../state/api.js';
import { board, useBoard } from '../state/store.js';
import { type Key, useText } from '../texts/texts.js';
import { closeDialog, Modal } from './modal.js';

const KEYS: readonly (readonly [keys: readonly string[], meaning: Key])[] = [
  [['?'], 'key_help'],
  [['/'], 'key_search'],
  [['↑', '↓', 'Home', 'End'], 'key_move'],
  [['R'], 'key_retry'],
  [['X'], 'key_discard'],
  [['[', ']'], 'key_pages'],
  [['P'], 'key_pause'],
  [['Esc'], 'key_close'],
];

/** The map of the keys, and the switch for those that are a single character (WCAG 2.1.4). */
export function KeysDialog() {
  const t = useText();
  const on = useBoard((state) => state.keysOn);
  const turn = (keysOn: boolean) => {
    remember({ keys: keysOn ? 'on' : 'off' });
    board.change({ keysOn });
  };
  return (
    <Modal title={t('keys_title')}>
      <dl class="keys">
        {KEYS.map(([keys, meaning]) => (
          <div key={meaning}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{t(meaning)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input type="checkbox" checked={on} onChange={({ currentTarget }) => turn(currentTarget.checked)} />
        {t('keys_on')}
      </label>
      <div class="actions">
        <button type="button" onClick={closeDialog}>
          {t('close')}
        </button>
      </div>
    </Modal>
  );
}
