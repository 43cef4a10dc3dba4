import { library } from '../../scripts/tsup.js';

// In one piece: in split CommonJS tsup turns `import()` into `require()`, which bundlers follow.
export default library({ index: 'src/index.ts' }, { splitting: false, shims: true });
