// Times contenders side by side: short rounds, interleaved and in changing order, the median of each. On a noisy machine
// only ratios within one run mean anything.

/**
 * @param {Record<string, () => unknown>} contenders
 * @param {{ rounds?: number, roundMs?: number }} [options]
 * @returns {Promise<Record<string, number>>} microseconds a call
 */
export async function compare(contenders, { rounds = 21, roundMs = 25 } = {}) {
  const names = Object.keys(contenders);
  /** @type {Record<string, number[]>} */
  const samples = Object.fromEntries(names.map((name) => [name, []]));
  const batch = Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await calibrate(contenders[name], roundMs)])),
  );
  for (let round = 0; round < rounds + 3; round++) {
    for (let step = 0; step < names.length; step++) {
      const name = names[(step + round) % names.length];
      const took = await time(contenders[name], batch[name]);
      if (round >= 3) samples[name].push(took);
    }
  }
  return Object.fromEntries(names.map((name) => [name, median(samples[name])]));
}

async function calibrate(work, roundMs) {
  await time(work, 2_000);
  const each = await time(work, 500);
  return Math.max(20, Math.round((roundMs * 1_000) / each));
}

async function time(work, count) {
  const began = process.hrtime.bigint();
  for (let n = 0; n < count; n++) await work();
  return Number(process.hrtime.bigint() - began) / 1_000 / count;
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}

/**
 * @param {string} title
 * @param {string[]} head
 * @param {(string | number)[][]} rows
 */
export function table(title, head, rows) {
  const cells = [head, ...rows.map((row) => row.map((cell) => (typeof cell === 'number' ? cell.toFixed(2) : cell)))];
  const widths = head.map((_, column) => Math.max(...cells.map((row) => String(row[column]).length)));
  console.log(`\n${title}`);
  for (const row of cells) {
    console.log(
      row.map((cell, c) => (c === 0 ? String(cell).padEnd(widths[c]) : String(cell).padStart(widths[c]))).join('  '),
    );
  }
}
