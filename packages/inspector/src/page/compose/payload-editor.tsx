import { Field } from '@videocloud/local-web/components';
import { visible } from '@videocloud/local-web/page';
import { fieldMeaning } from '../i18n/fields.js';
import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';
import { type Checked, type Departure, typeOf } from './check.js';

interface PayloadEditorProps {
  readonly text: string;
  readonly checked: Checked;
  readonly onEdit: (text: string) => void;
  readonly onReset: () => void;
}

export function PayloadEditor({ text, checked, onEdit, onReset }: PayloadEditorProps) {
  const t = useText();
  const bad = checked.data === undefined;
  return (
    <div class="payload">
      <Field label={t('payload')} rows={9} invalid={bad} describedBy="payload-verdict" value={text} onInput={onEdit} />
      <div id="payload-verdict" class="payload-verdict" aria-live="polite">
        <Verdict checked={checked} />
        <button type="button" class="quiet" onClick={onReset}>
          {t('reset')}
        </button>
      </div>
      {checked.data !== undefined && <Fields data={checked.data} />}
    </div>
  );
}

function Verdict({ checked }: { readonly checked: Checked }) {
  const t = useText();
  if (checked.syntax !== undefined)
    return (
      <p class="bad-text">
        {t('not_json')} <span lang="en">{visible(checked.syntax).slice(0, 200)}</span>
      </p>
    );
  if (checked.data === undefined) return <p class="bad-text">{t('not_object')}</p>;
  if (checked.issues.length > 0) {
    return (
      <div class="warn-text">
        <p>{t('schema_odd')}</p>
        <ul>
          {checked.issues.slice(0, 8).map((issue) => (
            <li key={issue.path}>
              <Issue issue={issue} />
            </li>
          ))}
        </ul>
      </div>
    );
  }
  return <p class="good-text">{t(checked.shown ? 'schema_ok' : 'schema_open')}</p>;
}

function Issue({ issue }: { readonly issue: Departure }) {
  const t = useText();
  const language = useStore((store) => store.language);
  const { path, message, found } = issue;
  if (language === 'en') return <>{visible(`${path}: ${message}`)}</>;
  return (
    <>
      {visible(found === undefined ? t('schema_missing', { path }) : t('schema_type', { path, type: found }))}{' '}
      <small lang="en">{visible(message)}</small>
    </>
  );
}

function Fields({ data }: { readonly data: object }) {
  const t = useText();
  const language = useStore((store) => store.language);
  return (
    <details class="fields">
      <summary>{t('fields')}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('field')}</th>
            <th scope="col">{t('type')}</th>
            <th scope="col">{t('meaning')}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(data).map(([name, value]) => (
            <tr key={name}>
              <th scope="row">
                <code>{visible(name)}</code>
              </th>
              <td>{typeOf(value)}</td>
              <td>{fieldMeaning(name, language)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
