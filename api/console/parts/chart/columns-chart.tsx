import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import { useTexts } from '../../texts/texts.js';

/** One kind of what is counted; kinds stand on each other in this order, the first at the bottom. */
export interface Series {
  readonly key: string;
  readonly label: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'busy' | 'plain';
}

export interface Column {
  /** A day, a minute: as the table shows it. */
  readonly label: string;
  readonly values: Readonly<Record<string, number>>;
}

interface ColumnsChartProps {
  readonly title: string;
  readonly help: string;
  /** What a column stands for: head of the table's first column. */
  readonly of: string;
  readonly series: readonly Series[];
  /** In the order of time. */
  readonly columns: readonly Column[];
}

const HEIGHT = 100;

/**
 * Counts over time as stacked columns. Plain SVG without text, stretched to its place, so that words keep their size on a telephone;
 * the same numbers stand in a table below it.
 */
export function ColumnsChart({ title, help, of, series, columns }: ColumnsChartProps): JSX.Element {
  const id = useId();
  const texts = useTexts();
  const number = (count: number): string => count.toLocaleString(texts.locale);
  const sumOf = ({ values }: Column): number => series.reduce((sum, { key }) => sum + (values[key] ?? 0), 0);
  const most = Math.max(0, ...columns.map(sumOf));
  const told = ({ values }: Column): string =>
    series.map(({ key, label }) => `${label}: ${number(values[key] ?? 0)}`).join(', ');
  const totals = series.map(({ key, label }) => {
    const total = columns.reduce((sum, { values }) => sum + (values[key] ?? 0), 0);
    return { key, label, total };
  });

  return (
    <figure class="chart" aria-labelledby={id}>
      <figcaption>
        <h2 id={id}>{title}</h2>
        <p class="help">{help}</p>
      </figcaption>
      {most === 0 ? (
        <p class="help">{texts.overview.nothingYet}</p>
      ) : (
        <>
          {series.length === 1 ? null : (
            <ul class="legend">
              {series.map(({ key, label, tone }) => (
                <li key={key}>
                  <span class={`swatch ${tone}`} />
                  {label}
                </li>
              ))}
            </ul>
          )}
          <p class="scale">{texts.overview.most(number(most))}</p>
          <svg
            class="columns"
            viewBox={`0 0 ${columns.length} ${HEIGHT}`}
            preserveAspectRatio="none"
            role="img"
            aria-label={totals.map(({ label, total }) => `${label}: ${number(total)}`).join(', ')}
          >
            {columns.map((column, at) => (
              <g key={column.label}>
                <title>{`${column.label}. ${told(column)}`}</title>
                <rect class="ground" x={at} y={0} width={1} height={HEIGHT} />
                {stacked(column, series, most).map(({ key, tone, from, size }) => (
                  <rect key={key} class={tone} x={at + 0.1} y={HEIGHT - from - size} width={0.8} height={size} />
                ))}
              </g>
            ))}
          </svg>
          <p class="ends" aria-hidden="true">
            <span>{columns.at(0)?.label}</span>
            <span>{columns.at(-1)?.label}</span>
          </p>
          <details class="more">
            <summary>
              {texts.overview.table}
              <span class="unseen">: {title}</span>
            </summary>
            <div class="scroll" tabIndex={0} role="region" aria-labelledby={id}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{of}</th>
                    {series.map(({ key, label }) => (
                      <th key={key} scope="col" class="number">
                        {label}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {[...columns]
                    .reverse()
                    .filter((column) => sumOf(column) > 0)
                    .map((column) => (
                      <tr key={column.label}>
                        <th scope="row">{column.label}</th>
                        {series.map(({ key, label }) => (
                          <td key={key} class="number" data-label={label}>
                            {number(column.values[key] ?? 0)}
                          </td>
                        ))}
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      )}
    </figure>
  );
}

/** Where each kind begins and how high it is, in hundredths of the highest column. */
function stacked({ values }: Column, series: readonly Series[], most: number) {
  let from = 0;
  return series.map(({ key, tone }) => {
    const size = ((values[key] ?? 0) / most) * HEIGHT;
    const piece = { key, tone, from, size };
    from += size;
    return piece;
  });
}
