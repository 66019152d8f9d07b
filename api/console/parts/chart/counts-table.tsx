import type { ComponentChildren, JSX } from 'preact';
import { useTexts } from '../../texts/texts.js';
import { Bar } from './bar.js';

export interface CountRow {
  readonly key: string;
  readonly label: ComponentChildren;
  readonly count: number;
  /** What else stands in the row, one for each head. */
  readonly more?: readonly ComponentChildren[];
}

interface CountsTableProps {
  readonly name: string;
  readonly of: string;
  readonly count: string;
  /** Heads of the columns behind the count. */
  readonly heads?: readonly string[];
  readonly tone?: string;
  readonly rows: readonly CountRow[];
}

/** A chart that is its own table: each number with a bar beside it. */
export function CountsTable({ name, of, count, heads = [], tone, rows }: CountsTableProps): JSX.Element {
  const texts = useTexts();
  const max = Math.max(0, ...rows.map((row) => row.count));
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${name}: ${texts.overview.table}`}>
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">{of}</th>
            <th scope="col" class="number">
              {count}
            </th>
            <td class="bars" />
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.key}>
              <th scope="row" class="name">
                {row.label}
              </th>
              <td class="number" data-label={count}>
                {row.count.toLocaleString(texts.locale)}
              </td>
              <td class="bars">
                <Bar value={row.count} max={max} {...(tone === undefined ? {} : { tone })} />
              </td>
              {heads.map((head, at) => (
                <td key={head} data-label={head}>
                  {row.more?.[at]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
