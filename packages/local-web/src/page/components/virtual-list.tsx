import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly rowHeight: number;
  readonly label: string;
  readonly idOf: (item: T) => string;
  readonly selected: string | undefined;
  readonly onSelect: (item: T) => void;
  readonly row: (item: T) => ComponentChildren;
}

const SPARE = 8;

/** A list box of any length that draws only the rows in sight. Arrow keys, Page Up and Down, Home and End move the choice. */
export function VirtualList<T>({ items, rowHeight, label, idOf, selected, onSelect, row }: VirtualListProps<T>) {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () => setView({ top: element.scrollTop, height: element.clientHeight });
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);

  const first = Math.max(0, Math.floor(view.top / rowHeight) - SPARE);
  const last = Math.min(items.length, Math.ceil((view.top + view.height) / rowHeight) + SPARE);

  // New rows come in at the top: what is being looked at stays in its place, unless that is the top itself.
  const seen = useRef<{ readonly items: readonly T[]; readonly id: string | undefined }>({ items, id: undefined });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const { items: before, id } = seen.current;
    if (before !== items && id !== undefined && element.scrollTop >= rowHeight) {
      const down = items.findIndex((item) => idOf(item) === id) - Math.floor(element.scrollTop / rowHeight);
      if (down > 0) element.scrollTop += down * rowHeight;
    }
    const top = items[Math.floor(element.scrollTop / rowHeight)];
    seen.current = { items, id: top && idOf(top) };
  });

  const at = selected === undefined ? -1 : items.findIndex((item) => idOf(item) === selected);

  const move = (to: number) => {
    const index = Math.min(Math.max(to, 0), items.length - 1);
    const item = items[index];
    const element = box.current;
    if (item === undefined || element === null) return;
    const top = index * rowHeight;
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = top + rowHeight - element.clientHeight;
    onSelect(item);
  };
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: items.length - 1,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = steps[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  const inSight = at >= first && at < last;

  return (
    <div
      ref={box}
      class="rows"
      role="listbox"
      tabIndex={0}
      aria-label={label}
      aria-activedescendant={inSight && selected !== undefined ? `row-${selected}` : undefined}
      onKeyDown={onKeyDown}
    >
      <div class="rows-all" role="presentation" style={{ height: `${items.length * rowHeight}px` }}>
        {items.slice(first, last).map((item, index) => {
          const id = idOf(item);
          return (
            <div
              key={id}
              id={`row-${id}`}
              role="option"
              tabIndex={-1}
              aria-selected={id === selected}
              aria-setsize={items.length}
              aria-posinset={first + index + 1}
              class="row"
              style={{ height: `${rowHeight}px`, transform: `translateY(${(first + index) * rowHeight}px)` }}
              onClick={() => onSelect(item)}
              onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ') && onSelect(item)}
            >
              {row(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
