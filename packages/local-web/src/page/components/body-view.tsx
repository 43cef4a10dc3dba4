import { useState } from 'preact/hooks';
import { decodeUtf8 } from '../../captures/utf8.js';
import { hexDump, prettyJson, visible } from '../format.js';
import type { SharedText } from '../shared-texts.js';

const RAW_LIMIT = 200_000;
const VIEWS = ['pretty', 'raw', 'hex'] as const;

interface BodyViewProps {
  readonly t: SharedText;
  readonly bytes: Uint8Array;
}

/** The bytes of a body: laid out as JSON, as text, or in hexadecimal. */
export function BodyView({ t, bytes }: BodyViewProps) {
  const [view, setView] = useState<(typeof VIEWS)[number]>('pretty');
  if (bytes.length === 0) return <p class="help">{t('body_empty')}</p>;
  const text = decodeUtf8(bytes);
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
