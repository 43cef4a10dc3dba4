import { defineEventHandler, toWebRequest } from 'h3';
import { receiver } from './receiver.js';

export default defineEventHandler((event) => receiver.fetch(toWebRequest(event)));
