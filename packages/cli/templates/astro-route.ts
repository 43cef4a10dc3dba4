import { receiver } from './receiver.js';

export const prerender = false;
export const ALL = ({ request }: { request: Request }) => receiver.fetch(request);
