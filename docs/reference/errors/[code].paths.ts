import { errorPages } from '../../.vitepress/facts/errors.js';

export default { paths: () => errorPages('en') };
