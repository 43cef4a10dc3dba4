// The commands name their own options; a tool has inputs and an environment.
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /a bare body needs --signature HEX/g,
    'a body needs `signature`: the value of X-VideoCloud-Signature ("" when absent)',
  ],
  [/ with --signature HEX, or --raw/g, ' as `body` with `signature`'],
  [/give the body( alone)? with --signature HEX/g, 'give the text of the body as `body` with `signature`'],
  [/give that file with --signature HEX/g, "give that file's text as `body` with `signature`"],
  [/: give --signature HEX/g, ': give `signature` too'],
  [/choose with --request 1 to \d+/g, 'give one of them only'],
  [/ or --token-file right/g, ' right'],
  [/, seen from here\?/g, `, seen from ${process.cwd()}? Give an absolute one`],
  [/: see `videocloud-webhooks types`/g, ': see the tool list_events'],
];

/** An error of a command in words of a tool. */
export function inToolWords(text: string): string {
  return WORDS.reduce((said, [pattern, words]) => said.replace(pattern, words), text);
}
