import { library } from '../../scripts/tsup.js';

export default library({ index: 'src/index.ts' });
