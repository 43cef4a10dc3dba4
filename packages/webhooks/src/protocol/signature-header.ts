/**
 * The request header that carries the signature, in lower case as Node and Fetch give it.
 *
 * @see the guide, "Подписи вебхуков"
 */
export const SIGNATURE_HEADER = 'x-videocloud-signature';
