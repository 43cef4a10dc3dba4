import { EXPORT_FORMATS } from '../../protocol.js';
import { download } from '../export.js';
import { useText } from '../i18n/texts.js';
import { quietly } from '../state/api.js';

interface ExportMenuProps {
  readonly ids: readonly string[];
}

/** Downloads deliveries in the format that is chosen. */
export function ExportMenu({ ids }: ExportMenuProps) {
  const t = useText();
  return (
    <select
      class="export"
      aria-label={t('export')}
      value=""
      disabled={ids.length === 0}
      onChange={({ currentTarget }) => {
        const format = EXPORT_FORMATS.find((name) => name === currentTarget.value);
        currentTarget.value = '';
        if (format !== undefined) quietly(download(format, ids));
      }}
    >
      <option value="">{t('export')}</option>
      {EXPORT_FORMATS.map((name) => (
        <option key={name} value={name}>
          {t(`export_${name}`)}
        </option>
      ))}
    </select>
  );
}
