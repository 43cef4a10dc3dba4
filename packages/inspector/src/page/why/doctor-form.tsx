import { Field } from '@videocloud/local-web/components';
import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import { useState } from 'preact/hooks';
import type { Why } from '../../protocol.js';
import { useText } from '../i18n/texts.js';
import { quietly } from '../state/api.js';
import { Causes } from './causes.js';

interface DoctorFormProps {
  readonly found: Why | undefined;
  /** Bytes that were sent. */
  readonly sent: number;
  readonly ask: (input: object) => Promise<void>;
}

/** For what only the receiver's owner knows: its secret, and the bytes that it hashed. */
export function DoctorForm({ found, sent, ask }: DoctorFormProps) {
  const t = useText();
  const [secret, setSecret] = useState('');
  const [body, setBody] = useState('');
  const [framework, setFramework] = useState('');
  return (
    <details>
      <summary>{t('why_ask')}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          quietly(ask({ secret, body, framework }));
        }}
      >
        <Field label={t('why_secret')} secret value={secret} onInput={setSecret} />
        <Field label={t('why_body')} rows={3} value={body} onInput={setBody} />
        <label>
          {t('why_framework')}
          <select value={framework} onChange={({ currentTarget }) => setFramework(currentTarget.value)}>
            <option value="">{found?.framework ?? t('why_any')}</option>
            {FRAMEWORKS.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </label>
        <button type="submit" class="primary">
          {t('why_run')}
        </button>
      </form>
      {found?.compared !== undefined && (
        <div role="status">
          {found.compared.bytes !== sent && <p>{t('why_lengths', { here: found.compared.bytes, sent })}</p>}
          {found.compared.valid ? (
            <p>{t('why_valid')}</p>
          ) : found.compared.causes.length === 0 ? (
            <p>{t('why_nothing')}</p>
          ) : (
            <Causes causes={found.compared.causes} framework={found.framework} />
          )}
        </div>
      )}
    </details>
  );
}
