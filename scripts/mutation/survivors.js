// What a mutation run left alive, one a line, out of Stryker's JSON report: `node scripts/mutation/survivors.js FOLDER`.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(`reports/mutation/${process.argv[2]}.json`, 'utf8'));
for (const [file, { mutants, source }] of Object.entries(report.files)) {
  const lines = source.split('\n');
  for (const { status, mutatorName, location, replacement } of mutants) {
    if (status !== 'Survived' && status !== 'NoCoverage') continue;
    const { start, end } = location;
    const was =
      start.line === end.line
        ? lines[start.line - 1].slice(start.column - 1, end.column - 1)
        : `${lines[start.line - 1].slice(start.column - 1)}…`;
    const now = (replacement ?? '').replace(/\s+/g, ' ').slice(0, 90);
    console.log(`${file.split('/src/')[1]}:${start.line}:${start.column} ${status} ${mutatorName}: ${was} → ${now}`);
  }
}
