import type { ShellCommand, Word } from './posix-words.js';
import { notUnderstood } from './request.js';

/**
 * Reads command lines as Windows does: cmd.exe removes its carets, then the program splits its arguments.
 *
 * @throws CaptureError for a variable (`%NAME%`) and for a quote that is not closed
 */
export function cmdCommands(text: string): ShellCommand[] {
  // Browsers escape every quote with a caret and double every backslash, although curl then gets two.
  const byBrowser = text.includes('^"');
  return splitCommands(text).map((line) => ({ words: programArguments(line, byBrowser), piped: false }));
}

/** Splits the text into commands and removes the carets, as cmd.exe does. */
function splitCommands(text: string): string[] {
  // Also a part of a variable, `%NAME:~0,9%`, and a name with brackets.
  if (/%\w[^%^\s"]*%/.test(text)) throw notUnderstood('the command holds a variable (%NAME%)');
  const lines: string[] = [];
  let line = '';
  let quoted = false;
  const end = () => {
    if (line.trim() !== '') lines.push(line);
    line = '';
  };
  // Chrome puts a caret behind a percent sign, so that no variable begins there.
  const source = text.replaceAll('\r\n', '\n');
  for (let at = 0; at < source.length; at++) {
    const character = source.charAt(at);
    if (character === '\n') {
      quoted = false;
      end();
    } else if (quoted) {
      line += character;
      if (character === '"') quoted = false;
    } else if (character === '^') {
      at++;
      // A caret at the end of a line continues it, and what comes next is taken as it is.
      if (source[at] === '\n') at++;
      line += source.charAt(at);
    } else if (character === '<') throw notUnderstood('the command reads a file: give the body itself');
    else if ('&|>'.includes(character)) end();
    else {
      line += character;
      if (character === '"') quoted = true;
    }
  }
  end();
  return lines;
}

/** Splits as Microsoft's C run time does: backslashes count only before a quote, two quotes in quotes are one. */
function programArguments(line: string, byBrowser: boolean): Word[] {
  const words: Word[] = [];
  let word: string | undefined;
  let quoted = false;
  let doubtful = false;
  const end = () => {
    if (word !== undefined) words.push({ bytes: Buffer.from(word), expands: doubtful, splits: false });
    word = undefined;
    doubtful = false;
  };
  for (let at = 0; at < line.length; ) {
    let slashes = 0;
    while (line[at + slashes] === '\\') slashes++;
    const after = line.charAt(at + slashes);
    if (slashes > 0) {
      const halved = byBrowser || after === '"' ? slashes >> 1 : slashes;
      // A browser doubles it, a person does not: the text does not show which it was.
      if (after !== '"' && (!byBrowser || slashes % 2 === 1)) doubtful = true;
      word = (word ?? '') + '\\'.repeat(halved);
      at += slashes;
      if (after === '"' && slashes % 2 === 1) {
        word += '"';
        at++;
      }
    } else if (after === '"') {
      word ??= '';
      if (quoted && line[at + 1] === '"') {
        word += '"';
        at += 2;
      } else {
        quoted = !quoted;
        at++;
      }
    } else if (!quoted && /\s/.test(after)) {
      end();
      at++;
    } else {
      word = (word ?? '') + after;
      at++;
    }
  }
  if (quoted) throw notUnderstood('the command has a quote that is not closed');
  end();
  return words;
}
