import { duration, visible } from '@videocloud/local-web/page';
import { useState } from 'preact/hooks';
import { type CaseResult, REPORT_FORMATS, type ConformanceView as Run } from '../../protocol.js';
import { isKey, useText } from '../i18n/texts.js';
import { post, quietly } from '../state/api.js';
import { useStore } from '../state/store.js';
import { EndpointField } from '../subscriptions/endpoint-field.js';

export function ConformanceView() {
  const t = useText();
  const run = useStore(({ state }) => state?.conformance ?? null);
  const webhooks = useStore(({ state }) => state?.webhooks ?? []);
  const [chosen, setChosen] = useState('');
  const webhookId = webhooks.find(({ id }) => id === chosen)?.id ?? webhooks[0]?.id;
  if (run === null) return <p class="empty">{t('conf_none')}</p>;
  return (
    <div class="conformance">
      <section class="pane" aria-label={t('conformance')}>
        <h2>{t('conformance')}</h2>
        <p class="help">{t('conf_help')}</p>
        {webhooks.length === 0 && <p class="help">{t('no_endpoint')}</p>}
        <div class="conf-start">
          <EndpointField value={webhookId} onChange={setChosen} grow />
          {run.running ? (
            <button type="button" onClick={() => quietly(post('/conformance/stop'))}>
              {t('conf_stop')}
            </button>
          ) : (
            <button
              type="button"
              class="primary"
              disabled={webhookId === undefined}
              onClick={() => quietly(post('/conformance', { webhookId }))}
            >
              {t('conf_run')}
            </button>
          )}
        </div>
        <Progress run={run} />
      </section>
      {families(run).map(([family, results]) => (
        <Family key={family} family={family} results={results} />
      ))}
    </div>
  );
}

function Progress({ run }: { readonly run: Run }) {
  const t = useText();
  const { cases, results, running, level, score, error, reported } = run;
  const count = (status: CaseResult['status']) => results.filter((result) => result.status === status).length;
  const levelKey = `level_${level}`;
  if (!running && results.length === 0 && error === undefined) return null;
  return (
    <div class="progress" role="status">
      <progress aria-label={t('conformance')} max={cases.length} value={results.length} />
      <p class="conf-counts">
        <span>{t('conf_progress', { done: results.length, all: cases.length })}</span>
        {(['passed', 'failed', 'skipped'] as const).map((status) => (
          <span
            key={status}
            class={`chip ${status === 'passed' ? 'good' : status === 'failed' && count('failed') > 0 ? 'bad' : 'note'}`}
          >
            {count(status)} {t(`conf_${status}`)}
          </span>
        ))}
      </p>
      {error !== undefined && (
        <p class="bad-text" lang="en">
          {visible(error)}
        </p>
      )}
      {reported && (
        <p class="actions">
          {REPORT_FORMATS.map((format) => (
            <a key={format} class="button" href={`/api/conformance/report?format=${format}`} download>
              {t(`report_${format}`)}
            </a>
          ))}
        </p>
      )}
      {level !== undefined && score !== undefined && (
        <p class="conf-level">{t('conf_level', { level: isKey(levelKey) ? t(levelKey) : visible(level), score })}</p>
      )}
    </div>
  );
}

function families({ results }: Run): readonly [string, readonly CaseResult[]][] {
  const found = new Map<string, CaseResult[]>();
  for (const result of results) found.set(result.family, [...(found.get(result.family) ?? []), result]);
  return [...found];
}

function Family({ family, results }: { readonly family: string; readonly results: readonly CaseResult[] }) {
  const t = useText();
  const familyKey = `family_${family}`;
  const failed = results.filter(({ status }) => status === 'failed').length;
  const passed = results.filter(({ status }) => status === 'passed').length;
  const skipped = results.length - passed - failed;
  return (
    <details class="pane family" open={failed > 0}>
      <summary>
        <h3>{isKey(familyKey) ? t(familyKey) : visible(family)}</h3>
        {passed > 0 && (
          <span class="chip good">
            {passed} {t('conf_passed')}
          </span>
        )}
        {skipped > 0 && (
          <span class="chip">
            {skipped} {t('conf_skipped')}
          </span>
        )}
        {failed > 0 && (
          <span class="chip bad">
            {failed} {t('conf_failed')}
          </span>
        )}
      </summary>
      <ul class="cases">
        {results.map((result) => (
          <li key={result.id}>
            <Case result={result} />
          </li>
        ))}
      </ul>
    </details>
  );
}

const SIGN = { passed: '✓', failed: '✗', skipped: '–' };
const TONE = { passed: 'good', failed: 'bad', skipped: 'note' };

function Case({ result }: { readonly result: CaseResult }) {
  const t = useText();
  const { id, title, status, detail, fix, why, durationMs } = result;
  const line = (
    <>
      <span class={`sign ${TONE[status]}-text`} aria-hidden="true">
        {SIGN[status]}
      </span>
      <span class="hidden">{t(`conf_${status}`)}: </span>
      <span class="grow" lang="en">
        {visible(title)}
      </span>
      <small>
        <code>{visible(id)}</code> {t('ms', { n: duration(durationMs) })}
      </small>
    </>
  );
  if (status === 'passed' || detail === undefined) return <p class="case">{line}</p>;
  return (
    <details>
      <summary class="case">{line}</summary>
      <div class="case-more">
        <p lang="en">{visible(detail)}</p>
        {fix !== undefined && (
          <p>
            <strong>{t('fix')}: </strong>
            <span lang="en">{visible(fix)}</span>
          </p>
        )}
        {why !== undefined && (
          <p class="help" lang="en">
            {visible(why)}
          </p>
        )}
      </div>
    </details>
  );
}
