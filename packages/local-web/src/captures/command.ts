import { cmdCommands } from './cmd-words.js';
import { fromCurl } from './curl.js';
import { decodedBase64 } from './documents.js';
import { posixCommands, type ShellCommand, type Word } from './posix-words.js';
import { fromPowerShell, isPowerShell } from './powershell.js';
import { type CapturedRequest, notUnderstood } from './request.js';

const CURL = /(?:^|[\s;|&(>])(?:[\w./\\:~-]*[/\\])?curl(?:\.exe)?(?=\s)/;
const CURL_WORD = /^(?:.*[/\\])?curl(?:\.exe)?$/;
// A prompt that was copied with the command.
const PROMPT = /^\s*(?:[$#%>] |PS [^>\n]{0,260}> ?|[A-Za-z]:\\[^>\n]{0,260}> ?)(?=\S)/;

/** Whether a text is a command that sends a request. */
export function isCommand(text: string): boolean {
  if (/^\s*[{["]/.test(text)) return false;
  return isPowerShell(text) || CURL.test(text.slice(0, 4_096)) || /^\s*printf /.test(text);
}

/** The requests of a command: curl for a POSIX shell or for cmd.exe, or Invoke-WebRequest of PowerShell. */
export function fromCommand(text: string): CapturedRequest[] {
  const line = text.replace(PROMPT, '');
  if (isPowerShell(line)) return fromPowerShell(line);
  if (/`\r?\n/.test(line))
    throw notUnderstood(
      'curl in PowerShell: how it passes quotes depends on the version; give the body with --signature HEX',
    );
  const commands = commandsOf(line);
  const requests = commands.flatMap((command, at) => {
    const words = curlWords(command);
    return words === undefined ? [] : fromCurl(words, command.piped ? writtenBy(commands, at - 1) : undefined);
  });
  if (requests.length === 0) throw notUnderstood('the command has no --data');
  return requests;
}

function commandsOf(line: string): ShellCommand[] {
  if (/\^(?:\r?\n|")/.test(line)) return cmdCommands(line);
  const posix = posixCommands(line);
  // Both shells would run a command without a mark of either. Then both must read it alike.
  if (!line.includes('"') || /\\\r?\n|'|\$/.test(line)) return posix;
  const cmd = cmdCommands(line);
  if (spelled(posix) !== spelled(cmd)) {
    throw notUnderstood('a POSIX shell and cmd.exe read this command differently; give the body with --signature HEX');
  }
  return posix;
}

function spelled(commands: readonly ShellCommand[]): string {
  return JSON.stringify(commands.map(({ words }) => words.map(({ bytes }) => bytes.toString('latin1'))));
}

/** The arguments of curl; undefined when the command runs another program. */
function curlWords({ words }: ShellCommand): readonly Word[] | undefined {
  const texts = words.map(({ bytes }) => bytes.toString('latin1'));
  const at = texts.findIndex((text) => !/^(?:sudo|time|command|exec|env|\w+=.*)$/s.test(text));
  return CURL_WORD.test(texts[at] ?? '') ? words.slice(at + 1) : undefined;
}

/** The output of `printf %s …`, or of that and `base64 -d`; undefined for any other command. */
function writtenBy(commands: readonly ShellCommand[], at: number): Buffer | undefined {
  const command = commands[at];
  if (command === undefined) return undefined;
  const [name, option, value, ...more] = command.words;
  const text = name?.bytes.toString('latin1');
  if (text === 'base64' && command.piped && command.words.length === 2) {
    if (!/^(?:-d|-D|--decode)$/.test(option?.bytes.toString('latin1') ?? '')) return undefined;
    const encoded = writtenBy(commands, at - 1)?.toString('latin1');
    return encoded === undefined ? undefined : decodedBase64(encoded);
  }
  const plain = text === 'printf' ? option?.bytes.toString('latin1') === '%s' : false;
  if (!plain || value === undefined || more.length > 0 || value.expands) return undefined;
  return value.bytes;
}
