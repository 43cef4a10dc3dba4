import { visible } from '@videocloud/local-web/page';
import { useState } from 'preact/hooks';
import { quietly } from '../api.js';
import { copy, shellWord } from '../copy.js';
import { useText } from '../i18n/texts.js';
import { useStore } from '../store.js';

/** An operation of the management API, as the page calls it and as code would. */
export interface ApiCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  /** The same with `@videocloud/webhooks-client`: the expression after `await webhooks.`. */
  readonly client: string;
}

// Stands in shown calls for the secret, which the page does not put there.
const SECRET = '$VIDEOCLOUD_WEBHOOK_SECRET';

function curl({ method, path, body }: ApiCall, apiUrl: string): string {
  const lines = [`curl${method === 'GET' ? '' : ` -X ${method}`} ${shellWord(`${apiUrl}${path}`)}`];
  if (body !== undefined) {
    const json = JSON.stringify('secret' in body ? { ...body, secret: SECRET } : body);
    // Double quotes around the variable alone, so that the shell puts the secret in.
    const word = shellWord(json).replace(SECRET, `'"${SECRET}"'`);
    lines.push("-H 'Content-Type: application/json'", `--data-binary ${word}`);
  }
  return lines.join(' \\\n  ');
}

function client({ client: expression }: ApiCall, apiUrl: string): string {
  return [
    "import { VideoCloud } from '@videocloud/webhooks-client';",
    '',
    `const { webhooks } = new VideoCloud({ baseUrl: ${JSON.stringify(apiUrl)} });`,
    `await webhooks.${expression};`,
  ].join('\n');
}

export const code = (value: unknown): string => JSON.stringify(value);
export const SECRET_IN_CODE = 'process.env.VIDEOCLOUD_WEBHOOK_SECRET';

export function CallPanel({ call }: { readonly call: ApiCall }) {
  const t = useText();
  const apiUrl = useStore(({ state }) => state?.apiUrl ?? '');
  const [view, setView] = useState<'curl' | 'client'>('curl');
  const text = view === 'curl' ? curl(call, apiUrl) : client(call, apiUrl);
  return (
    <section class="call" aria-label={t('api_call')}>
      <fieldset class="switch">
        <legend class="hidden">{t('api_call')}</legend>
        <strong>{t('api_call')}</strong>
        {(['curl', 'client'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={name === view} onClick={() => setView(name)}>
            {t(`call_${name}`)}
          </button>
        ))}
        <button type="button" class="quiet" onClick={() => quietly(copy(text))}>
          {t('copy')}
        </button>
      </fieldset>
      <pre class="bytes">{visible(text)}</pre>
    </section>
  );
}
