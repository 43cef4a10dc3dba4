import { useEffect, useRef, useState } from 'preact/hooks';

/** The state of a page, in one object that is replaced with every change. */
export interface Store<T extends object> {
  get(): T;
  change(changes: Partial<T>): void;
  /** Calls `listener` after every change. */
  onChange(listener: () => void): void;
  /** What `select` takes out of the store; the component is drawn again when that is another value. */
  use<Value>(select: (state: T) => Value): Value;
}

/** Makes the store of a page. */
export function createStore<T extends object>(initial: T): Store<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    change(changes) {
      current = { ...current, ...changes };
      for (const listener of listeners) listener();
    },
    onChange(listener) {
      listeners.add(listener);
    },
    use(select) {
      const [, redraw] = useState({});
      const value = select(current);
      const drawn = useRef({ select, value });
      drawn.current = { select, value };
      useEffect(() => {
        const listener = () => {
          if (drawn.current.select(current) !== drawn.current.value) redraw({});
        };
        // The store may have changed between drawing and now.
        listener();
        listeners.add(listener);
        return () => void listeners.delete(listener);
      }, []);
      return value;
    },
  };
}
