import { receiver } from './receiver.js';

export const POST = ({ request }: { request: Request }) => receiver.fetch(request);
