// What a run of the contract came to, judged against the known differences.
import { KNOWN } from './known.js';

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} all
 * @property {string[]} failed full titles
 */

export const matches = (/** @type {string} */ pattern, /** @type {string} */ text) =>
  pattern.endsWith('*') ? text.startsWith(pattern.slice(0, -1)) : pattern === text;

/**
 * The file of a row's report.
 *
 * @param {string} name
 */
export const reportOf = (name) => `${name.replace(/\W+/g, '-')}.json`;

/**
 * @param {import('./known.js').Known} known
 * @param {string} title
 */
export const explains = ({ cases, sometimes = [] }, title) =>
  [...cases, ...sometimes].some((one) => matches(one, title));

/** @param {string} place `name on platform` */
const knownOf = (place) => KNOWN.filter(({ rows }) => rows.some((row) => matches(row, place)));

/**
 * The results of one row by platform, from vitest's JSON report.
 *
 * @param {{ testResults: { message?: string, assertionResults: { ancestorTitles: string[], title: string, status: string }[] }[] }} report
 * @returns {Map<string, Result>}
 */
export function resultsOf({ testResults }) {
  /** @type {Map<string, Result>} */
  const results = new Map();
  for (const { ancestorTitles, title, status } of testResults.flatMap((file) => file.assertionResults)) {
    const [platform = '', ...groups] = ancestorTitles;
    const result = results.get(platform) ?? { passed: 0, all: 0, failed: [] };
    results.set(platform, result);
    result.all += 1;
    if (status === 'passed') result.passed += 1;
    else result.failed.push([...groups, title].join(': '));
  }
  return results;
}

/**
 * @param {string} place `name on platform`
 * @param {Result} result
 * @returns {string[]} failures that nobody knows, and known ones that passed
 */
export function faultsOf(place, { failed }) {
  const known = knownOf(place);
  const unknown = failed.filter((title) => !known.some((one) => explains(one, title)));
  const gone = known
    .flatMap(({ cases }) => cases)
    .filter((pattern) => !failed.some((title) => matches(pattern, title)));
  return [
    ...unknown.map((title) => `${place} fails: ${title}`),
    ...gone.map((title) => `${place} no longer fails, take it out of known.js: ${title}`),
  ];
}
