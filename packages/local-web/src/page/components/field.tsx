interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** A text area of so many rows, for code; an input where absent. */
  readonly rows?: number | undefined;
  /** The field holds a secret: its characters are not shown. */
  readonly secret?: boolean | undefined;
  /** The text is code: not spell-checked, and kept out of the browser's memory of forms. */
  readonly code?: boolean | undefined;
  readonly required?: boolean | undefined;
  readonly placeholder?: string | undefined;
  readonly maxLength?: number | undefined;
  readonly invalid?: boolean | undefined;
  /** The id of what describes the field. */
  readonly describedBy?: string | undefined;
}

/** A labeled field for text. */
export function Field(props: FieldProps) {
  const { label, value, rows, secret = false, code = rows !== undefined, required, placeholder, maxLength } = props;
  const onInput = ({ currentTarget }: { readonly currentTarget: { readonly value: string } }) =>
    props.onInput(currentTarget.value);
  const described = { 'aria-invalid': props.invalid, 'aria-describedby': props.describedBy };
  const common = { ...described, value, onInput, required, placeholder, maxLength };
  const plain = { autocomplete: code || secret ? 'off' : undefined, spellcheck: code ? false : undefined };
  if (rows !== undefined) {
    return (
      <label>
        {label}
        <textarea {...common} class="code" rows={rows} spellcheck={false} />
      </label>
    );
  }
  if (secret) {
    return (
      <label>
        {label}
        <input {...common} {...plain} type="password" />
      </label>
    );
  }
  return (
    <label>
      {label}
      <input {...common} {...plain} type="text" class={code ? 'code' : undefined} />
    </label>
  );
}
