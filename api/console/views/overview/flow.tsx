import type { JSX } from 'preact';
import type { RunStatisticsBody } from '../../../schemas/statistics.js';
import { ColumnsChart } from '../../parts/chart/columns-chart.js';
import { CountsTable } from '../../parts/chart/counts-table.js';
import { useTexts } from '../../texts/texts.js';
import { daysFrom, endingsByDay, paceByMinute } from './time-series.js';

/** What came in, how fast it is read, and what waits. */
export function Flow({ statistics }: { statistics: RunStatisticsBody }): JSX.Element {
  const texts = useTexts();
  const words = texts.overview;
  const { accepted, underWay, queues } = statistics;
  const cameIn = accepted.reduce((sum, { runs }) => sum + runs, 0);
  return (
    <div class="panels">
      <ColumnsChart
        title={words.incoming}
        help={`${words.incomingHelp(daysFrom(statistics).length)} ${words.accepted}: ${cameIn.toLocaleString(texts.locale)}.`}
        of={words.day}
        series={[
          { key: 'fine', label: words.fine, tone: 'good' },
          { key: 'waits', label: words.waits, tone: 'warn' },
          { key: 'wrong', label: words.wrong, tone: 'bad' },
          { key: 'other', label: words.other, tone: 'plain' },
        ]}
        columns={endingsByDay(statistics, texts.locale)}
      />
      <ColumnsChart
        title={words.pace}
        help={words.paceHelp}
        of={words.minute}
        series={[
          { key: 'pages', label: words.pages, tone: 'busy' },
          { key: 'records', label: words.records, tone: 'plain' },
        ]}
        columns={paceByMinute(statistics, texts.locale, Date.now())}
      />
      {underWay.length === 0 ? null : (
        <section aria-labelledby="backlog">
          <h2 id="backlog">{words.backlog}</h2>
          <p class="help">{words.backlogHelp}</p>
          <CountsTable
            name={words.backlog}
            of={words.stage}
            count={words.count}
            heads={[words.pagesLeft]}
            rows={underWay.map(({ stage, runs, pagesLeft }) => ({
              key: stage,
              label: texts.stages[stage] ?? stage,
              count: runs,
              more: [pagesLeft.toLocaleString(texts.locale)],
            }))}
          />
        </section>
      )}
      {queues === null ? null : (
        <section aria-labelledby="queues">
          <h2 id="queues">{words.queues}</h2>
          <p class="help">{words.queuesHelp}</p>
          <CountsTable
            name={words.queues}
            of={words.queue}
            count={words.waiting}
            heads={[words.oldest]}
            tone="warn"
            rows={queues.map(({ queue, waiting, oldestSeconds }) => ({
              key: queue,
              label: words.queueNames[queue] ?? queue,
              count: waiting,
              more: [waiting === 0 ? '' : words.seconds(oldestSeconds)],
            }))}
          />
        </section>
      )}
    </div>
  );
}
