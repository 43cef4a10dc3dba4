import { crashRun } from './crash-run.js';

const kills = Number(process.argv[2] ?? 50);
const began = performance.now();
const { problems, ...figures } = await crashRun({ kills });
console.log({ ...figures, seconds: Math.round((performance.now() - began) / 100) / 10 });
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
