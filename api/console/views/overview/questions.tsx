import type { JSX } from 'preact';
import { ColumnsChart } from '../../parts/chart/columns-chart.js';
import { CountsTable } from '../../parts/chart/counts-table.js';
import { useLoad, Waiting } from '../../parts/load.js';
import { day } from '../../parts/times.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';
import { daysFrom } from './time-series.js';

/** What is asked, and what nothing answers. */
export function Questions(): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const { data, error, reload } = useLoad(() => client.questionStatistics(), [client]);
  if (data === null) return <Waiting error={error} reload={reload} />;
  const byDay = Map.groupBy(data.counts, (one) => one.day);
  const columns = daysFrom(data).map((one) => {
    const values = { answerable: 0, unanswered: 0, unknown: 0 };
    for (const { asked, answerable, unanswered } of byDay.get(one) ?? []) {
      values.answerable += answerable;
      values.unanswered += unanswered;
      values.unknown += asked - answerable - unanswered;
    }
    return { label: day(one, texts.locale), values };
  });
  return (
    <>
      <ColumnsChart
        title={words.questions}
        help={words.questionsHelp}
        of={words.day}
        series={[
          { key: 'answerable', label: words.answerable, tone: 'good' },
          { key: 'unanswered', label: words.unanswered, tone: 'bad' },
          { key: 'unknown', label: words.unknown, tone: 'plain' },
        ]}
        columns={columns}
      />
      <section aria-labelledby="themes">
        <h2 id="themes">{words.themes}</h2>
        <p class="help">{words.themesHelp}</p>
        {data.themes.length === 0 ? (
          <p class="help">{words.noThemes}</p>
        ) : (
          <CountsTable
            name={words.themes}
            of={words.theme}
            count={words.different}
            tone="bad"
            rows={data.themes.map((theme) => ({
              key: theme.words.join(' '),
              label: theme.words.join(' + '),
              count: theme.questions,
            }))}
          />
        )}
      </section>
    </>
  );
}
