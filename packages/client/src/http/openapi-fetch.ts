import * as openapiFetch from 'openapi-fetch';

// Required as CommonJS, the default export is the whole module, and the function is its `default`.
const exported: unknown = openapiFetch.default;

export const createClient = (
  typeof exported === 'function' ? exported : (exported as typeof openapiFetch).default
) as typeof openapiFetch.default;
