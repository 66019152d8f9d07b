import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { LimitCounts } from '../../api/limits/limit-counts.js';
import { PlanLimitsInForce } from '../../api/limits/plan-limits.js';
import { RateLimiter } from '../../api/limits/rate-limiter.js';
import { MemoryRateStore } from '../../api/limits/memory-rate-store.js';
import { UsageMeter } from '../../api/limits/usage-meter.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { describeWith } from '../harness/describe-with.js';
import { isExecutable, onPath } from '../harness/minio-binary.js';
import { ApiWorld } from './api-world.js';

const MONITORING = join(PROJECT_ROOT, 'infra/deploy/monitoring');
const [promtool] = (
  await Promise.all(onPath('promtool', process.env).map(async (path) => ((await isExecutable(path)) ? path : null)))
).filter((path) => path !== null);

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly expr: string }[] }[];
}
interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
}

describe('/metrics', () => {
  let world: ApiWorld;
  beforeAll(async () => {
    world = await ApiWorld.open();
  });
  afterAll(() => world.close());

  it('tells what the dashboard and the alerts ask for, and no ids or texts', async () => {
    const app = await world.build({
      caching: await world.openCaching(null),
      limiting: {
        limiter: new RateLimiter(new MemoryRateStore()),
        plans: new PlanLimitsInForce(world.catalog.usage),
        meter: new UsageMeter(world.catalog.usage),
        counts: new LimitCounts(),
      },
      stores: () => [{ name: 'database', state: 'open', opened: 3 }],
    });
    const secret = 'zorbacillin-for-jane-roe';
    const key = await world.makeKey({ scopes: ['search', 'read'] });
    for (let turn = 0; turn < 2; turn++) {
      await world.call({ app, key, method: 'POST', url: '/v1/search', payload: { query: secret, mode: 'text' } });
    }
    await world.call({ app, key, method: 'POST', url: '/v1/context', payload: { query: secret, mode: 'text' } });
    await world.call({ app, key, url: `/v1/documents/${secret}` });
    await world.call({ app, key: null, url: `/nowhere/${secret}` });
    const { body, statusCode, headers } = await app.inject({ url: '/metrics' });
    expect(statusCode).toBe(200);
    expect(headers['content-type']).toContain('text/plain');
    expect(body).toMatch(/medindex_http_requests_total\{method="POST",route="\/v1\/search",status="200"\} 2/);
    expect(body).toMatch(/medindex_http_requests_total\{method="GET",route="none",status="404"\} 1/);
    expect(body).toMatch(/medindex_searches_total\{mode="text",tier="miss",degraded="false"\} 2/);
    expect(body).toMatch(/medindex_store_state\{store="database"\} 2/);
    expect(body).toMatch(/medindex_limited_requests_total\{class="search",outcome="allowed"\} 2/);
    expect(body).not.toContain(secret);
    // Counters that are looked up do not add up with each look.
    expect((await app.inject({ url: '/metrics' })).body).toMatch(/medindex_store_opened_total\{store="database"\} 3/);

    const rules = parse(readFileSync(join(MONITORING, 'alerts.yml'), 'utf8')) as Rules;
    const dashboard = JSON.parse(readFileSync(join(MONITORING, 'grafana-dashboard.json'), 'utf8')) as Dashboard;
    const asked = [
      ...rules.groups.flatMap((group) => group.rules.map(({ expr }) => expr)),
      ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    expect(asked.length).toBeGreaterThan(20);
    const names = new Set(asked.flatMap((expr) => [...expr.matchAll(/\bmedindex_[a-z0-9_]+/g)].map(([name]) => name)));
    expect(names.size).toBeGreaterThan(8);
    expect([...names].filter((name) => !body.includes(`\n${name}`))).toEqual([]);
  });
});

describeWith([promtool ? { path: promtool } : { missing: 'there is no promtool on the PATH' }], 'alert rules', () => {
  it('are rules for promtool', async () => {
    const { stdout } = await promisify(execFile)(promtool!, ['check', 'rules', join(MONITORING, 'alerts.yml')]);
    expect(stdout).toContain('SUCCESS');
  });
});
