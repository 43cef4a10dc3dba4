/** How the built-in endpoint behaves. */
export const CANNED_KINDS = ['answer', 'drip', 'drop'] as const;
/** One of {@link CANNED_KINDS}. */
export type CannedKind = (typeof CANNED_KINDS)[number];

/** What the form of the built-in endpoint holds. */
export interface CannedAnswer {
  readonly kind: CannedKind;
  readonly status: number;
  readonly delay: number;
  readonly body: string;
}

const DRIP_MS = 500;

/** The address that answers so; what is usual is left out. */
export function cannedUrl(origin: string, { kind, status, delay, body }: CannedAnswer): string {
  const url = new URL('/canned', origin);
  if (delay > 0) url.searchParams.set('delay', String(delay));
  if (kind === 'drop') url.searchParams.set('drop', '1');
  else {
    if (status !== 200) url.searchParams.set('status', String(status));
    if (body !== '') url.searchParams.set('body', body);
    if (kind === 'drip') url.searchParams.set('drip', String(DRIP_MS));
  }
  return url.href;
}
