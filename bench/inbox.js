// Deliveries a second that the inbox accepts and processes, 64 at a time, beside the raw engine in the same run, with
// few and with many waiting. Medians of interleaved rounds. The figures of one run are comparable, those of two are not.
// ROUNDS, BATCH and WAITING (a list of backlogs) make it shorter; ENGINES names some of SQLite,Redis,PostgreSQL.
import { ENGINES } from './inbox-contenders.js';
import { median, table } from './measure.js';

const ROUNDS = Number(process.env.ROUNDS ?? 5);
const BATCH = Number(process.env.BATCH ?? 2_000);
const NAMES = process.env.ENGINES?.split(',') ?? Object.keys(ENGINES);
const backlogsOf = (name) =>
  process.env.WAITING?.split(',').map(Number) ?? (name === 'SQLite' ? [1_000, 100_000, 300_000] : [1_000, 100_000]);

/** @returns {Promise<Record<string, number>>} deliveries/s of `inbox accept`, `raw accept`, `inbox process`, `raw process` */
async function measure(contenders) {
  const rates = {};
  for (let round = 0; round < ROUNDS + 1; round++) {
    for (const step of ['accept', 'process']) {
      const order = round % 2 ? ['inbox', 'raw'] : ['raw', 'inbox'];
      for (const who of order) {
        const began = performance.now();
        const ended = (await contenders[who][step](BATCH)) ?? performance.now();
        // The first round warms up.
        if (round === 0) continue;
        const name = `${who} ${step}`;
        rates[name] = [...(rates[name] ?? []), (BATCH * 1_000) / (ended - began)];
      }
    }
  }
  return Object.fromEntries(Object.entries(rates).map(([name, all]) => [name, median(all)]));
}

for (const name of NAMES) {
  const { inbox, raw, stop } = await ENGINES[name]();
  const measured = [];
  let waiting = 0;
  for (const backlog of backlogsOf(name)) {
    await Promise.all([inbox.fill(backlog - waiting), raw.fill(backlog - waiting)]);
    waiting = backlog;
    measured.push({ backlog, ...(await measure({ inbox, raw })) });
  }
  await inbox.close();
  await raw.close();
  await stop();

  const [least] = measured;
  const rows = ['accept', 'process'].flatMap((step) =>
    measured.map((row) => [
      `${step}, ${row.backlog.toLocaleString('en')} waiting`,
      String(Math.round(row[`inbox ${step}`])),
      String(Math.round(row[`raw ${step}`])),
      row[`inbox ${step}`] / row[`raw ${step}`],
      row[`inbox ${step}`] / least[`inbox ${step}`],
      row[`raw ${step}`] / least[`raw ${step}`],
    ]),
  );
  const first = least.backlog.toLocaleString('en');
  table(name, ['', 'inbox/s', 'raw/s', 'inbox / raw', `inbox / at ${first}`, `raw / at ${first}`], rows);
}
console.log(
  '\nAt least: accept 0.7 and process 0.9 of the raw engine; at 100,000 waiting 0.8 of the rate at 1,000, or what the raw engine keeps.',
);
