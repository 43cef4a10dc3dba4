export { messageOf } from '../error-message.js';
export { ApiError, type ApiErrorCode, type FieldIssue } from './api-error.js';
export { HttpServers } from './http-servers.js';
export { readJson } from './json-body.js';
export { hostNames, refusalOfApiRequest } from './local-requests.js';
export { checkOptionNames } from './option-names.js';
export { pageGuard } from './page-guard.js';
