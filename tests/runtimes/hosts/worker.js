// For workerd: the cases come as the request, the lines go as the answer.
import { suite } from '../suite/index.js';

export default {
  async fetch(request) {
    const lines = await suite(await request.json());
    return new Response(`${lines.join('\n')}\n`);
  },
};
