import { BodyView } from '@videocloud/local-web/components';
import { duration, fromBase64, visible } from '@videocloud/local-web/page';
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
        <BodyView t={t} bytes={body} />
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
            <BodyView t={t} bytes={fromBase64(response.body)} />
            {response.truncated && <p class="help">{t('truncated')}</p>}
          </>
        )}
      </section>
    </>
  );
}

/** Headers as a table. */
export function HeaderList({ headers }: { readonly headers: HeaderMap }) {
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
