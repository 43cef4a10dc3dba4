import { library } from '../../scripts/tsup.js';

export default library({ main: 'src/main.ts' }, { format: ['esm'], dts: false });
