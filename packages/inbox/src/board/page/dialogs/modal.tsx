import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { board } from '../state/store.js';

interface ModalProps {
  readonly title: string;
  readonly children: ComponentChildren;
}

export const closeDialog = (): void => board.change({ dialog: undefined });

/** A dialog over the page; Escape closes it, and the keyboard goes back to where it was. */
export function Modal({ title, children }: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  // The close event comes later than the key behind Escape may; the cancel event comes before it.
  return (
    <dialog ref={dialog} class="modal" aria-labelledby="modal-title" onCancel={closeDialog} onClose={closeDialog}>
      <h2 id="modal-title">{title}</h2>
      {children}
    </dialog>
  );
}
