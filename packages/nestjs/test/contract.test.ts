import { contract } from '../../webhooks/test/adapters/contract.js';
import { EXPRESS_ENTRY, FASTIFY_ENTRY } from './apps.js';

contract(EXPRESS_ENTRY);
contract(FASTIFY_ENTRY);
