// What the readers of captures do not understand, in Russian. A test holds this list to the readers' own words.
const EXACT: Readonly<Record<string, string>> = {
  'a POSIX shell and cmd.exe read this command differently; give the body with --signature HEX':
    'оболочка POSIX и cmd.exe читают эту команду по-разному: дайте само тело и подпись отдельно',
  'a header line has no colon': 'в строке заголовка нет двоеточия',
  'a request has no blank line between its headers and its body': 'между заголовками и телом запроса нет пустой строки',
  'an answer follows the request, which has no Content-Length: remove it':
    'за запросом без Content-Length идёт ответ: уберите его',
  'curl in PowerShell: how it passes quotes depends on the version; give the body with --signature HEX':
    'curl в PowerShell: кавычки зависят от его версии, дайте само тело и подпись отдельно',
  'the -Body of the PowerShell request is not plain text': '-Body запроса PowerShell — не простой текст',
  'the -Headers of the PowerShell request are damaged': '-Headers запроса PowerShell повреждены',
  'the -Headers of the PowerShell request have no end': 'у -Headers запроса PowerShell нет конца',
  'the HAR file does not hold the body of the request': 'в файле HAR нет тела запроса',
  'the PowerShell commands have no Invoke-WebRequest': 'в командах PowerShell нет Invoke-WebRequest',
  'the PowerShell request has no -Body': 'у запроса PowerShell нет -Body',
  'the PowerShell request holds a `u escape': 'в запросе PowerShell есть запись `u',
  'the PowerShell request holds a variable': 'в запросе PowerShell есть переменная',
  'the PowerShell request holds an expression': 'в запросе PowerShell есть выражение',
  'the PowerShell request sends a file or a form': 'запрос PowerShell отправляет файл или форму',
  'the body in the HAR file is damaged (encoding)': 'тело в файле HAR повреждено (encoding)',
  'the body in the curl command depends on its shell: it holds a variable, a pattern or a doubtful backslash':
    'тело в команде curl зависит от оболочки: в нём переменная, шаблон или сомнительная обратная косая черта',
  'the body in the curl command is no UTF-8': 'тело в команде curl — не UTF-8',
  'the body in the last line of the log is damaged': 'тело в последней строке журнала повреждено',
  'the body of the event is damaged': 'тело события Lambda повреждено',
  'the body of this call of fetch was no UTF-8: its bytes are lost':
    'тело этого вызова fetch было не UTF-8: его байты потеряны',
  'the capture has no request with a body': 'здесь нет запроса с телом',
  'the character set of -Body depends on the version of PowerShell': 'кодировка -Body зависит от версии PowerShell',
  'the chunks of the body (Transfer-Encoding: chunked) are cut or damaged':
    'части тела (Transfer-Encoding: chunked) обрезаны или повреждены',
  'the command has a quote that is not closed': 'в команде не закрыта кавычка',
  'the command has no --data': 'в команде нет --data',
  'the command holds a variable (%NAME%)': 'в команде есть переменная (%NAME%)',
  'the command holds an escape beyond Unicode': 'в команде есть знак за пределами Unicode',
  'the command holds an escape of bash alone (\\x{…})': 'в команде есть запись, которую понимает только bash (\\x{…})',
  'the command holds an escaped NUL, which no shell passes on':
    'в команде есть NUL, которого не передаёт ни одна оболочка',
  'the command holds an escaped control character (\\c)': 'в команде есть управляющий знак (\\c)',
  'the command holds half of a surrogate pair': 'в команде есть половина суррогатной пары',
  'the command reads a file or a here-document: give the body itself':
    'команда читает файл или here-document: дайте само тело',
  'the command reads a file: give the body itself': 'команда читает файл: дайте само тело',
  'the command runs another command inside (`…` or $(…))': 'команда выполняет внутри другую команду (`…` или $(…))',
  'the curl command reads its body from a file (--data-urlencode)':
    'команда curl читает тело из файла (--data-urlencode)',
  'the curl command reads its body from standard input: give the body with --signature HEX':
    'команда curl читает тело со стандартного ввода: дайте само тело и подпись отдельно',
  'the curl command takes options from a variable: give the body with --signature HEX':
    'команда curl берёт параметры из переменной: дайте само тело и подпись отдельно',
  'the curl command reads options from a file (--config)': 'команда curl читает настройки из файла (--config)',
  'the curl command sends a file (--upload-file): give that file':
    'команда curl отправляет файл (--upload-file): дайте его',
  'the curl command sends a form (--form): its boundary is not in it':
    'команда curl отправляет форму (--form), её границы в команде нет',
  'the curl command sends no body (--get, --head)': 'команда curl не отправляет тела (--get, --head)',
  'the last line of the log is cut: remove it': 'последняя строка журнала обрезана: уберите её',
  'there are several PowerShell requests: give one': 'запросов PowerShell несколько: дайте один',
  'this call of fetch has no body': 'у этого вызова fetch нет тела',
  'this call of fetch is no copy of a browser': 'этот вызов fetch скопирован не из браузера',
  'this looks like a capture of another kind; give the body alone with --signature HEX, or --raw':
    'похоже на запись другого вида: дайте само тело и подпись отдельно',
};

const WITH_VALUES: readonly (readonly [RegExp, string])[] = [
  [/^the HAR file holds (\d+) of (\d+) bytes of the body$/, 'в файле HAR только $1 из $2 байт тела'],
  [/^the body is not in the capture \(Content-Length: (\d+)\)$/, 'тела здесь нет (Content-Length: $1)'],
  [/^the PowerShell request has (-\S+) twice$/, 'в запросе PowerShell $1 указан дважды'],
  [/^curl’s option (\S+) has no value$/, 'у параметра curl $1 нет значения'],
  [/^curl’s option (\S+) is not known here$/, 'параметр curl $1 здесь не известен'],
  [
    /^the curl command reads its body from the file (.{1,80}): give that file with --signature HEX$/,
    'команда curl читает тело из файла $1: дайте само тело и подпись отдельно',
  ],
  [/^the capture has (\d+) .{1,50}: choose with --request 1 to (\d+)$/, 'подходящих запросов здесь $1, а всего $2'],
];

/** What a CaptureError says, in Russian; its own words where it is none of ours. */
export function captureInRussian(message: string): string {
  const why = message.replace(/^not understood: /, '');
  if (Object.hasOwn(EXACT, why)) return EXACT[why] ?? why;
  for (const [pattern, text] of WITH_VALUES) if (pattern.test(why)) return why.replace(pattern, text);
  return why;
}
