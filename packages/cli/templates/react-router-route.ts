import { receiver } from './receiver.js';

export const action = ({ request }: { request: Request }) => receiver.fetch(request);
