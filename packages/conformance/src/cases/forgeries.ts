import { DIGEST_FORGERIES } from './forgeries-digest.js';
import { HEADER_FORGERIES } from './forgeries-header.js';
import type { Forgery } from './forgery.js';

/** Every forgery of the signature family. */
export const FORGERIES: readonly Forgery[] = [...HEADER_FORGERIES, ...DIGEST_FORGERIES];
