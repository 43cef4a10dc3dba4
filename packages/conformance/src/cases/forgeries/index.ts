import { DIGEST_FORGERIES } from './digest.js';
import type { Forgery } from './forgery.js';
import { HEADER_FORGERIES } from './header.js';

/** Every forgery of the signature family. */
export const FORGERIES: readonly Forgery[] = [...HEADER_FORGERIES, ...DIGEST_FORGERIES];
