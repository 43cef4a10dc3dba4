export { createBoard } from './server/board.js';
export type { Board, BoardInbox, BoardOptions } from './server/options.js';
