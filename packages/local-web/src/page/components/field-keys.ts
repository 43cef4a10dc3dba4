/**
 * Whether a key is for a field or a dialog, so that single keys leave it alone.
 *
 * A dialog that has just closed keeps the focus until the page is next drawn: what is not visible takes no key.
 */
export function isForField({ target }: KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.closest('input, textarea, select, dialog')?.checkVisibility() === true;
}
