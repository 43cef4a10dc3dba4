interface AddressOptions {
  /** The hash of what the page shows, such as `#/deliveries/del_1?status=failed`. */
  readonly current: () => string;
  /** Shows what the hash of a link names; called at once, and when the reader goes back or forward. */
  readonly open: (hash: string) => void;
  readonly onChange: (listener: () => void) => void;
}

// While an arrow key is held only the last choice becomes an entry of the history.
const SETTLE_MS = 150;

/** Opens the place of the address, and keeps address and history true from now on. */
export function followAddress({ current, open, onChange }: AddressOptions): void {
  open(location.hash);
  let written = current();
  let timer: ReturnType<typeof setTimeout> | undefined;
  onChange(() => {
    if (current() === written) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      const address = current();
      // Filters change with every letter: they replace the entry, a choice makes a new one.
      const sameChoice = address.split('?')[0] === written.split('?')[0];
      if (address === written) return;
      written = address;
      if (sameChoice) history.replaceState(null, '', address);
      else history.pushState(null, '', address);
    }, SETTLE_MS);
  });
  addEventListener('popstate', () => {
    open(location.hash);
    // What was opened is the entry of the history that the browser is at.
    clearTimeout(timer);
    written = current();
  });
}
