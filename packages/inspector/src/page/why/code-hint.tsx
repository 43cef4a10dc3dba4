import { FRAMEWORKS } from '@videocloud/webhooks/protocol';
import { useState } from 'preact/hooks';
import type { FindingCode, Why } from '../../protocol.js';
import { copy } from '../copy.js';
import { useText } from '../i18n/texts.js';
import { quietly } from '../state/api.js';
import { RECEIVER_CODE } from './receiver-code.js';

// What a check over the raw body mends.
const MENDED: ReadonlySet<FindingCode> = new Set(['genuine', 'parsed_before', 'forgery_accepted', 'canned']);

interface CodeHintProps {
  readonly finding: FindingCode;
  /** As the answer's headers name it. */
  readonly framework: Why['framework'];
}

/** A receiver that verifies the raw body, in the framework of the endpoint. */
export function CodeHint({ finding, framework }: CodeHintProps) {
  const t = useText();
  const [chosen, setChosen] = useState<string>();
  if (!MENDED.has(finding)) return null;
  const name = FRAMEWORKS.find((known) => known === (chosen ?? framework)) ?? 'node';
  const code = RECEIVER_CODE[name];
  return (
    <details class="code-hint">
      <summary>{framework === undefined ? t('hint') : t('hint_for', { framework })}</summary>
      <div class="actions">
        <label>
          {t('hint_framework')}
          <select value={name} onChange={({ currentTarget }) => setChosen(currentTarget.value)}>
            {FRAMEWORKS.map((known) => (
              <option key={known} value={known}>
                {known}
              </option>
            ))}
          </select>
        </label>
        <button type="button" onClick={() => quietly(copy(code))}>
          {t('copy')}
        </button>
      </div>
      <pre class="bytes">{code}</pre>
    </details>
  );
}
