import type { JSX } from 'preact';
import type { LimitsBody, UsageBody } from '../../../schemas/limits.js';
import type { CacheStats } from '../../../schemas/cache.js';
import { Bar } from '../../parts/chart/bar.js';
import { CountsTable } from '../../parts/chart/counts-table.js';
import { useLoad, Waiting } from '../../parts/load.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';

/** How often answers were at hand. */
export function Cache(): JSX.Element {
  const { client } = useSession();
  const words = useTexts().overview;
  const { data, error, reload } = useLoad(() => client.cacheStats(), [client]);
  return (
    <section aria-labelledby="cache">
      <h2 id="cache">{words.cache}</h2>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : !data.enabled ? (
        <p class="help">{words.cacheOff}</p>
      ) : (
        <>
          <p class="help">{words.cacheHelp}</p>
          <CacheTable stats={data} />
        </>
      )}
    </section>
  );
}

function CacheTable({ stats }: { stats: CacheStats }): JSX.Element {
  const texts = useTexts();
  const words = texts.overview;
  const number = (count: number): string => count.toLocaleString(texts.locale);
  const tiers = [
    { tier: 'l1' as const, ...stats.l1 },
    ...(stats.l2.kind === null ? [] : [{ tier: 'l2' as const, ...stats.l2 }]),
  ];
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={`${words.cache}: ${words.table}`}>
      <table class="counts">
        <thead>
          <tr>
            <th scope="col">{words.tier}</th>
            <th scope="col" class="number">
              {words.hits}
            </th>
            <th scope="col" class="number">
              {words.misses}
            </th>
            <th scope="col">{words.hitRate}</th>
            <td class="bars" />
          </tr>
        </thead>
        <tbody>
          {tiers.map(({ tier, hits, misses }) => (
            <tr key={tier}>
              <th scope="row">{words.tiers[tier]}</th>
              <td class="number" data-label={words.hits}>
                {number(hits)}
              </td>
              <td class="number" data-label={words.misses}>
                {number(misses)}
              </td>
              <td data-label={words.hitRate}>
                {hits + misses === 0
                  ? words.notAsked
                  : (hits / (hits + misses)).toLocaleString(texts.locale, { style: 'percent' })}
              </td>
              <td class="bars">
                <Bar value={hits} max={hits + misses} tone="good" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** What the key has left, and for administrators what was turned away. */
export function Limits({ isAdmin }: { isAdmin: boolean }): JSX.Element {
  const { client } = useSession();
  const words = useTexts().overview;
  const usage = useLoad(() => client.usage(), [client]);
  const limits = useLoad(() => (isAdmin ? client.limits() : Promise.resolve(null)), [client]);
  return (
    <section aria-labelledby="limits">
      <h2 id="limits">{words.limits}</h2>
      {usage.data === null ? <Waiting {...usage} /> : <Usage usage={usage.data} />}
      {limits.data === null ? null : (
        <>
          <p class="help">{words.limitsHelp}</p>
          <Turned counts={limits.data.counts} />
        </>
      )}
    </section>
  );
}

function Usage({ usage: { requests, quota } }: { usage: UsageBody }): JSX.Element {
  const texts = useTexts();
  const words = texts.overview;
  const asked = requests.toLocaleString(texts.locale);
  if (quota === null) return <p>{words.usageFree(asked)}</p>;
  return (
    <p>
      {words.usage(asked, quota.toLocaleString(texts.locale))}{' '}
      <Bar value={requests} max={quota} tone={requests >= quota * 0.8 ? 'bad' : 'good'} />
    </p>
  );
}

function Turned({ counts }: { counts: LimitsBody['counts'] }): JSX.Element {
  const texts = useTexts();
  const words = texts.overview;
  return (
    <CountsTable
      name={words.limits}
      of={words.requests}
      count={words.allowed}
      tone="good"
      heads={[words.blocked]}
      rows={Object.entries(counts).map(([name, { allowed, blocked }]) => ({
        key: name,
        label: words.classes[name] ?? name,
        count: allowed,
        more: [blocked === 0 ? '0' : <span class="badge bad">{blocked.toLocaleString(texts.locale)}</span>],
      }))}
    />
  );
}
