import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

interface VirtualListProps<T> {
  /** Rows of the whole list, of which only some need to be loaded. */
  readonly count: number;
  /** The row at a place; undefined while it is not loaded. Another function once rows have changed. */
  readonly rowAt: (index: number) => T | undefined;
  /** The place of a row; -1 where it is not known. */
  readonly indexOf: (id: string) => number;
  readonly rowHeight: number;
  readonly label: string;
  readonly idOf: (item: T) => string;
  readonly selected: string | undefined;
  /** Chooses the row at a place, loaded or not. */
  readonly onSelect: (index: number) => void;
  /** Called with the places of the first and the last row in sight. */
  readonly onSight?: ((first: number, last: number) => void) | undefined;
  readonly row: (item: T) => ComponentChildren;
}

const SPARE = 8;

/** A list box of any length that draws only the rows in sight. Arrow keys, Page Up and Down, Home and End move the choice. */
export function VirtualList<T>(props: VirtualListProps<T>) {
  const { count, rowAt, indexOf, rowHeight, label, idOf, selected, onSelect, onSight, row } = props;
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 600 });
  const measure = useRef(() => {
    const { scrollTop: top = 0, clientHeight: height = 0 } = box.current ?? {};
    setView((known) => (known.top === top && known.height === height ? known : { top, height }));
  }).current;

  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    element.addEventListener('scroll', measure, { passive: true });
    measure();
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', measure);
    };
  }, []);

  const top = Math.floor(view.top / rowHeight);
  const bottom = Math.ceil((view.top + view.height) / rowHeight);
  const first = Math.max(0, Math.min(top - SPARE, count));
  const last = Math.min(count, bottom + SPARE);
  useEffect(() => onSight?.(Math.min(top, count), Math.min(bottom, count)), [top, bottom, count]);

  // Rows come and go above: what is being looked at stays in its place, unless that is the top itself.
  const seen = useRef<{ rowAt: unknown; id: string | undefined; at: number }>({ rowAt, id: undefined, at: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const before = seen.current;
    if (before.rowAt !== rowAt && before.id !== undefined && element.scrollTop >= rowHeight) {
      const now = indexOf(before.id);
      if (now >= 0 && now !== before.at) {
        element.scrollTop += (now - before.at) * rowHeight;
        measure();
      }
    }
    const at = Math.floor(element.scrollTop / rowHeight);
    const item = rowAt(at);
    seen.current = { rowAt, id: item && idOf(item), at };
  });

  const at = selected === undefined ? -1 : indexOf(selected);

  const move = (to: number) => {
    const index = Math.min(Math.max(to, 0), count - 1);
    const element = box.current;
    if (index < 0 || element === null) return;
    const start = index * rowHeight;
    if (start < element.scrollTop) element.scrollTop = start;
    else if (start + rowHeight > element.scrollTop + element.clientHeight)
      element.scrollTop = start + rowHeight - element.clientHeight;
    onSelect(index);
  };
  const page = Math.max(1, Math.floor(view.height / rowHeight) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + page,
    PageUp: at - page,
    Home: 0,
    End: count - 1,
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
      <div class="rows-all" role="presentation" style={{ height: `${count * rowHeight}px` }}>
        {Array.from({ length: Math.max(0, last - first) }, (_, offset) => {
          const index = first + offset;
          const item = rowAt(index);
          const place = { height: `${rowHeight}px`, transform: `translateY(${index * rowHeight}px)` };
          if (item === undefined) return <div key={index} class="row-wait" role="presentation" style={place} />;
          const id = idOf(item);
          return (
            <div
              key={id}
              id={`row-${id}`}
              role="option"
              tabIndex={-1}
              aria-selected={id === selected}
              aria-setsize={count}
              aria-posinset={index + 1}
              class="row"
              style={place}
              onClick={() => onSelect(index)}
              onKeyDown={(event) => (event.key === 'Enter' || event.key === ' ') && onSelect(index)}
            >
              {row(item)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
