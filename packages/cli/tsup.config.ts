import { writeLicenses } from '../../scripts/third-party-licenses.js';
import { library } from '../../scripts/tsup.js';

// The MCP SDK is bundled: as a dependency it would bring 96 packages, two of them web frameworks, for one command.
export default library({ main: 'src/main.ts' }, { format: ['esm'], dts: false, esbuildPlugins: [writeLicenses()] });
