import { apiPages } from '../../../.vitepress/api.js';

export default { paths: () => apiPages('ru') };
