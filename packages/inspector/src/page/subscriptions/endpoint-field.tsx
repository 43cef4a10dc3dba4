import { visible } from '@videocloud/local-web/page';
import { useText } from '../i18n/texts.js';
import { useStore } from '../state/store.js';

interface EndpointFieldProps {
  /** The id of the chosen webhook. */
  readonly value: string | undefined;
  readonly onChange: (id: string) => void;
  readonly grow?: boolean;
}

/** A choice among the webhooks, by their URLs. */
export function EndpointField({ value, onChange, grow = false }: EndpointFieldProps) {
  const t = useText();
  const webhooks = useStore(({ state }) => state?.webhooks ?? []);
  return (
    <label class={grow ? 'grow' : undefined}>
      {t('endpoint')}
      <select value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)}>
        {webhooks.map(({ id, url }) => (
          <option key={id} value={id}>
            {visible(url)}
          </option>
        ))}
      </select>
    </label>
  );
}
