/**
 * The base URL as requests carry it: host in lower case, no default port, no slash at the end.
 *
 * The client and its mock both use it, so that the mock matches whatever the client accepts.
 *
 * @throws TypeError when it is no string with an absolute http(s) URL, or holds credentials, a query or a fragment
 */
export function checkedBaseUrl(baseUrl: unknown): string {
  if (typeof baseUrl !== 'string' && baseUrl !== undefined && baseUrl !== null) {
    throw new TypeError('baseUrl must be given as a string: of a URL object, its href');
  }
  if (!baseUrl) {
    throw new TypeError('baseUrl is required: VideoCloud documents none, give the one of your account');
  }
  let url: URL;
  try {
    url = new URL(baseUrl);
  } catch {
    throw new TypeError('baseUrl must be an absolute URL, such as https://api.example.com');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new TypeError('baseUrl must begin with https:// or http://');
  }
  if (url.username !== '' || url.password !== '') {
    throw new TypeError('baseUrl must not hold credentials: use token or headers');
  }
  if (url.search !== '' || url.hash !== '') throw new TypeError('baseUrl must not hold a query or a fragment');
  return url.href.replace(/\/+$/, '');
}
