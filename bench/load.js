// Loads servers that run side by side, each in a process of its own, in changing order, and reads their CPU time.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import autocannon from 'autocannon';
import { median } from './measure.js';

/**
 * Starts one process a name. Each is told its name, sends its port, and its CPU time in µs when asked.
 *
 * @param {string} script
 * @param {string[]} names
 */
export async function openServers(script, names) {
  const servers = [];
  for (const name of names) {
    const child = fork(fileURLToPath(new URL(script, import.meta.url)), [name]);
    const [{ port }] = await once(child, 'message');
    const cpuTime = async () => {
      child.send('cpu');
      return (await once(child, 'message'))[0].cpu;
    };
    servers.push({ name, child, url: `http://127.0.0.1:${port}/`, cpuTime, cpu: [], rate: [], p99: [] });
  }
  return servers;
}

/**
 * @param {string} script a server that sends its port, and its CPU time when asked
 * @param {string[]} names what the servers are told to be
 * @param {(name: string) => { body: string | Buffer, headers: Record<string, string> }} requestTo called again for each round:
 *   some signatures are good for five minutes
 * @param {{ rounds: number, amount: number }} options
 * @returns {Promise<Record<string, { cpu: number, rate: number, rounds: number[] }>>} medians of µs of CPU a request and of
 *   requests/s, and the CPU of each round
 */
export async function loadServers(script, names, requestTo, { rounds, amount }) {
  const servers = await openServers(script, names);
  for (let round = 0; round <= rounds; round++) {
    for (let step = 0; step < servers.length; step++) {
      const { name, url, cpu, rate, cpuTime } = servers[(step + round) % servers.length];
      const { body, headers } = requestTo(name);
      const before = await cpuTime();
      const began = performance.now();
      const result = await autocannon({
        url,
        method: 'POST',
        body,
        headers: { 'content-type': 'application/json', ...headers },
        connections: 16,
        amount,
      });
      if (result['2xx'] !== amount) throw new Error(`${name}: ${result['2xx']} of ${amount} answered 2xx`);
      // The first round warms up.
      if (round === 0) continue;
      cpu.push(((await cpuTime()) - before) / amount);
      rate.push((amount * 1_000) / (performance.now() - began));
    }
  }
  for (const { child } of servers) child.disconnect();
  return Object.fromEntries(
    servers.map(({ name, cpu, rate }) => [name, { cpu: median(cpu), rate: median(rate), rounds: cpu }]),
  );
}
