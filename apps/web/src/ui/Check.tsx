// A setting that is on or off.
export interface CheckProps {
  name: string;
  explains?: string;
  checked: boolean;
  onChange(checked: boolean): void;
}

export function Check({ name, explains, checked, onChange }: CheckProps) {
  return (
    <label className="check">
      <input type="checkbox" role="switch" checked={checked} onChange={({ target }) => onChange(target.checked)} />
      <span>
        {name}
        {explains && <small>{explains}</small>}
      </span>
    </label>
  );
}
