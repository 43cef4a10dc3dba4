import { library } from '../../scripts/tsup.js';

const ENTRIES = { index: 'src/index.ts', board: 'src/board/index.ts' };

// In one piece each: in split CommonJS tsup turns `import()` into `require()`, which bundlers follow.
// The page is built before, into a folder that stays.
export default library(ENTRIES, { splitting: false, shims: true, clean: ['!board-page/**'] });
