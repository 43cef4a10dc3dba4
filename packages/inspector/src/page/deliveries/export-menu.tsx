import { EXPORT_FORMATS } from '../../protocol.js';
import { download, type Exported } from '../export.js';
import { useText } from '../i18n/texts.js';
import { quietly } from '../state/api.js';

interface ExportMenuProps {
  readonly what: Exported;
  readonly disabled?: boolean | undefined;
}

/** Downloads deliveries in the format that is chosen. */
export function ExportMenu({ what, disabled }: ExportMenuProps) {
  const t = useText();
  return (
    <select
      class="export"
      aria-label={t('export')}
      value=""
      disabled={disabled}
      onChange={({ currentTarget }) => {
        const format = EXPORT_FORMATS.find((name) => name === currentTarget.value);
        currentTarget.value = '';
        if (format !== undefined) quietly(download(format, what));
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
