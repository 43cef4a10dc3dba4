import { causePages } from '../../.vitepress/facts/causes.js';

export default { paths: () => causePages('en') };
