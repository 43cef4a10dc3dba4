import { library } from '../../scripts/tsup.js';

export default library({ index: 'src/index.ts' }, { entry: { index: 'src/index.ts', main: 'src/main.ts' } });
