import { isForField } from '@videocloud/local-web/components';
import { closeRecord, one, togglePause, turn } from './state/actions.js';
import { shown } from './state/api.js';
import { board, readOnly } from './state/store.js';

/** A letter key does the same in every keyboard layout: `code` names its place. */
const BY_CODE: Readonly<Record<string, () => void>> = {
  KeyR: () => onRecord((id) => void shown(one('retry', id))),
  KeyX: () => onRecord((id) => board.change({ dialog: { kind: 'discard', id } })),
  KeyP: () => !readOnly && void shown(togglePause()),
  BracketLeft: () => turn('previous'),
  BracketRight: () => turn('next'),
};

const BY_KEY: Readonly<Record<string, () => void>> = {
  '?': () => board.change({ dialog: { kind: 'keys' } }),
  '/': () => document.querySelector<HTMLElement>('.filters input[type=search]')?.focus(),
};

function onRecord(work: (id: string) => void): void {
  const { selected, record } = board.get();
  if (!readOnly && selected !== undefined && record?.id === selected) work(selected);
}

/** Single keys work outside fields and dialogs, unless they were switched off. */
export function followKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (isForField(event) || event.ctrlKey || event.metaKey || event.altKey || board.get().dialog !== undefined) return;
    if (event.key === 'Escape' && board.get().selected !== undefined) return closeRecord();
    if (!board.get().keysOn || event.repeat) return;
    const action = BY_KEY[event.key] ?? (event.shiftKey ? undefined : BY_CODE[event.code]);
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
