import { logged } from '../../log.js';

export const dynamic = 'force-dynamic';
export const GET = () => Response.json(logged());
