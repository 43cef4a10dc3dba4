import type { DeliveryRecord, Sender } from '@videocloud/webhooks-sender';
import type { Filters, Item, ListPart } from '../protocol.js';
import type { ListedProbe, Probes } from './probes.js';

/** Which part of the list is wanted. */
export interface PartWanted {
  readonly filters: Filters;
  readonly offset: number;
  readonly limit: number;
  /** A row that was at this place of the list: the part follows it to where it is by now. */
  readonly anchor?: { readonly id: string; readonly at: number } | undefined;
  /** Ids whose places are wanted. */
  readonly places: readonly string[];
}

type Found = ReturnType<Sender['findDeliveries']>;

// Manual requests stand between the deliveries they were sent between. Of so many places the exact one is counted.
const MOST_GAPS = 32;
const NO_DELIVERIES: Found = { items: [], total: 0, all: 0, places: [] };

/** The list of deliveries and manual requests, in parts. */
export class Listing {
  readonly #sender: Sender;
  readonly #probes: Probes;

  constructor(sender: Sender, probes: Probes) {
    this.#sender = sender;
    this.#probes = probes;
  }

  /** A part of the list; searches once the index is up to date. */
  async part(wanted: PartWanted): Promise<ListPart> {
    if (wanted.filters.search !== '') await this.#sender.indexDeliveries();
    const probes = this.#matching(wanted.filters);
    const { anchor, offset } = wanted;
    if (anchor === undefined) return this.#part(wanted, offset, probes);
    const { places } = this.#part({ ...wanted, limit: 0, places: [anchor.id] }, 0, probes);
    const moved = (Object.hasOwn(places, anchor.id) ? (places[anchor.id] ?? 0) : anchor.at) - anchor.at;
    return this.#part(wanted, Math.max(0, offset + moved), probes);
  }

  #part({ filters, limit, places }: PartWanted, offset: number, probes: readonly ListedProbe[]): ListPart {
    const gaps = [...new Set(probes.flatMap(({ after }) => after ?? []))].slice(0, MOST_GAPS);
    const wanted = places.filter((id) => !probes.some(({ item }) => item.id === id));
    // At most as many rows are manual requests as there are: what is left are the deliveries from here on.
    const skipped = Math.max(0, offset - probes.length);
    const found = this.#find(filters, skipped, offset + limit - skipped, [...gaps, ...wanted]);
    const newerThan = new Map(gaps.map((id, at) => [id, found.places[at]?.newer ?? found.total]));
    let newer = 0;
    const above = probes.map(({ after }) => {
      if (after === undefined) newer = found.total;
      else newer = newerThan.get(after) ?? newer;
      return newer;
    });
    const where: Record<string, number> = {};
    for (const [at, id] of wanted.entries()) {
      const place = found.places[gaps.length + at];
      if (place?.matches === true) where[id] = place.newer + above.filter((count) => count <= place.newer).length;
    }
    for (const [at, { item }] of probes.entries()) if (places.includes(item.id)) where[item.id] = (above[at] ?? 0) + at;
    const rows = merged(found.items, skipped, probes, above);
    const first = rows.at(0)?.at ?? 0;
    return {
      offset,
      items: limit === 0 ? [] : rows.slice(offset - first, offset - first + limit).map(({ item }) => item),
      total: found.total + probes.length,
      all: found.all + this.#probes.list().length,
      places: where,
    };
  }

  #find({ search, status, event }: Filters, offset: number, limit: number, places: readonly string[]): Found {
    if (status === 'probe') return { ...NO_DELIVERIES, all: this.#sender.findDeliveries({ limit: 0 }).all };
    return this.#sender.findDeliveries({
      search,
      offset,
      limit,
      places,
      ...(status === 'all' ? {} : { status }),
      ...(event === '' ? {} : { event }),
    });
  }

  #matching({ search, status, event }: Filters): ListedProbe[] {
    const words = search.toLowerCase().split(/\s+/u).filter(Boolean);
    const urls = words.length === 0 ? [] : this.#sender.webhooks();
    return this.#probes.list().filter(({ item, text }) => {
      if (status !== 'all' && status !== 'probe' && item.status !== status) return false;
      if (event !== '' && item.event !== event) return false;
      const url = urls.find(({ id }) => id === item.webhookId)?.url.toLowerCase() ?? '';
      return words.every((word) => text.includes(word) || url.includes(word));
    });
  }
}

/** Deliveries from one of the list on, and the manual requests between them, with their places in the list. */
function merged(
  deliveries: readonly DeliveryRecord[],
  skipped: number,
  probes: readonly ListedProbe[],
  above: readonly number[],
): { readonly at: number; readonly item: Item }[] {
  const rows: { at: number; item: Item }[] = [];
  let next = above.findIndex((count) => count >= skipped);
  if (next === -1) next = probes.length;
  let at = skipped + next;
  const put = (item: Item) => rows.push({ at: at++, item });
  for (let index = 0; index <= deliveries.length; index++) {
    for (; next < probes.length && (above[next] ?? 0) <= skipped + index; next++) {
      const probe = probes[next];
      if (probe !== undefined) put(probe.item);
    }
    const delivery = deliveries[index];
    if (delivery !== undefined) put(delivery);
  }
  return rows;
}
