import type { JSX } from 'preact';

interface ChoicesProps<T extends string> {
  readonly legend: string;
  readonly options: readonly T[];
  readonly chosen: ReadonlySet<T>;
  readonly labelOf: (option: T) => string;
  readonly onChange: (chosen: ReadonlySet<T>) => void;
}

/** Any of some options, each a box to tick. */
export function Choices<T extends string>({
  legend,
  options,
  chosen,
  labelOf,
  onChange,
}: ChoicesProps<T>): JSX.Element {
  const toggle = (option: T): void => {
    const next = new Set(chosen);
    if (!next.delete(option)) next.add(option);
    onChange(next);
  };
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option} class="choice">
          <input type="checkbox" checked={chosen.has(option)} onChange={() => toggle(option)} />
          {labelOf(option)}
        </label>
      ))}
    </fieldset>
  );
}
