import { duration, fromBase64, hexDump, prettyJson, utf8, visible } from '@videocloud/local-web/page';
import { useState } from 'preact/hooks';
import type { AttemptView, HeaderMap } from '../../protocol.js';
import { attemptError } from '../i18n/attempt-error.js';
import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';

/** What was sent and what came back. */
export function AttemptPanel({ attempt, body }: { readonly attempt: AttemptView; readonly body: Uint8Array }) {
  const t = useText();
  const language = useStore((store) => store.language);
  const { request, response, error, durationMs } = attempt;
  return (
    <>
      <section class="part" aria-label={t('request')}>
        <h3>{t('request')}</h3>
        <p class="line">
          <code>POST {visible(request.url)}</code>
        </p>
        <HeaderList headers={request.headers} />
        <BodyView bytes={body} />
      </section>
      <section class="part" aria-label={t('response')}>
        <h3>{t('response')}</h3>
        {response === undefined ? (
          <p class="line bad-text">
            {t('no_response', {
              error:
                error === undefined
                  ? ''
                  : visible(language === 'en' ? error.message : attemptError(error.code, language)),
            })}
          </p>
        ) : (
          <>
            <p class="line">
              <strong class={error === undefined ? 'good-text' : 'bad-text'}>{response.status}</strong>{' '}
              <span>{t('ms', { n: duration(durationMs) })}</span>
            </p>
            <HeaderList headers={response.headers} />
            <BodyView bytes={fromBase64(response.body)} />
            {response.truncated && <p class="help">{t('truncated')}</p>}
          </>
        )}
      </section>
    </>
  );
}

function HeaderList({ headers }: { readonly headers: HeaderMap }) {
  const t = useText();
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    (typeof value === 'string' ? [value] : value).map((one): [string, string] => [name, one]),
  );
  return (
    <table class="headers">
      <caption class="hidden">{t('headers')}</caption>
      <tbody>
        {lines.map(([name, value], index) => (
          <tr key={`${name}-${index}`}>
            <th scope="row">{visible(name)}</th>
            <td>{visible(value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const RAW_LIMIT = 200_000;
const VIEWS = ['pretty', 'raw', 'hex'] as const;

function BodyView({ bytes }: { readonly bytes: Uint8Array }) {
  const t = useText();
  const [view, setView] = useState<(typeof VIEWS)[number]>('pretty');
  if (bytes.length === 0) return <p class="help">{t('body_empty')}</p>;
  const text = utf8(bytes);
  const raw = text ?? new TextDecoder().decode(bytes);
  const tokens = text === undefined ? undefined : prettyJson(text);
  const shown = view === 'pretty' && tokens === undefined ? 'raw' : view;
  return (
    <div class="body">
      <fieldset class="switch">
        <legend class="hidden">{t('view')}</legend>
        {VIEWS.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === shown}
            disabled={name === 'pretty' && tokens === undefined}
            onClick={() => setView(name)}
          >
            {t(name)}
          </button>
        ))}
        <span class="help">{t('bytes', { n: bytes.length })}</span>
      </fieldset>
      <pre class={`bytes ${shown}`}>
        {shown === 'hex'
          ? hexDump(bytes, matchMedia('(min-width: 110rem)').matches ? 16 : 8)
          : shown === 'pretty'
            ? tokens?.map(({ kind, text: token }, index) => (
                <span key={index} class={`json-${kind}`}>
                  {visible(token)}
                </span>
              ))
            : visible(raw.slice(0, RAW_LIMIT))}
      </pre>
      {shown === 'raw' && raw.length > RAW_LIMIT && <p class="help">{t('cut', { n: RAW_LIMIT })}</p>}
    </div>
  );
}
