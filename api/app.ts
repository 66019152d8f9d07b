import multipart from '@fastify/multipart';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyInstance, LogController } from 'fastify';
import { requireKeys } from './auth/authenticate.js';
import { KeyUses } from './auth/key-uses.js';
import { KeyCache } from './auth/key-cache.js';
import { PageLinks } from './auth/page-links.js';
import { createRetrieval } from '../core/retrieval/retrieve.js';
import type { ApiDependencies } from './dependencies.js';
import { tellingForeignModels } from './search/telling-foreign-models.js';
import { ApiError } from './errors.js';
import { adminKeyId } from './first-start.js';
import { limitRefusedKeys, limitRequests } from './limits/limit-requests.js';
import { answerClientError, answerConnect } from './http/client-error.js';
import { serveClientPackage } from './http/client-package.js';
import { serveConsole } from './http/console-page.js';
import { openDocsPage, serveDocsPage } from './http/docs-page.js';
import { handleError } from './http/error-handler.js';
import { describeRoutes } from './http/openapi.js';
import { requestId } from './http/request-ids.js';
import { protectiveHeaders } from './http/protective-headers.js';
import { answerUnknownRoutes } from './http/unknown-route.js';
import { validatorCompiler } from './http/validation.js';
import { cacheRoutes } from './routes/cache.js';
import { PageDrawings } from './page-drawings.js';
import { chunkRoutes } from './routes/chunks.js';
import { codecRoutes } from './routes/codec.js';
import { contextRoutes } from './routes/context.js';
import { mcpRoutes } from './routes/mcp.js';
import { collectionRoutes } from './routes/collections.js';
import { documentChangesRoutes } from './routes/document-changes.js';
import { documentHistoryRoutes } from './routes/document-history.js';
import { documentRoutes } from './routes/documents.js';
import { healthRoutes } from './routes/health.js';
import { keyRoutes } from './routes/keys.js';
import { documentActionRoutes } from './routes/document-actions.js';
import { limitRoutes } from './routes/limits.js';
import { metricsRoute } from './routes/metrics.js';
import { answerRoutes } from './routes/answers.js';
import { accountRoutes } from './routes/account.js';
import { pageLinkRoutes } from './routes/page-links.js';
import { questionRoutes } from './routes/questions.js';
import { goldenQuestionRoutes } from './routes/golden-questions.js';
import { auditRoutes } from './routes/audit.js';
import { reviewRoutes } from './routes/reviews.js';
import { runActionRoutes } from './routes/run-actions.js';
import { runEventRoutes } from './routes/run-events.js';
import { runRetryRoutes } from './routes/run-retries.js';
import { runRoutes } from './routes/runs.js';
import { searchRoutes } from './routes/search.js';
import { statisticsRoutes } from './routes/statistics.js';
import { syncRoutes } from './routes/syncs.js';
import { rescreenRoutes } from './routes/rescreens.js';
import { vectorIndexRoutes } from './routes/vector-indexes.js';
import { uploadSessionRoutes } from './routes/upload-sessions.js';
import { webhookDeliveryRoutes } from './routes/webhook-deliveries.js';
import { webhookRoutes } from './routes/webhooks.js';
import { uploadRoutes } from './routes/uploads.js';
import { ApiMetrics } from './metrics/api-metrics.js';
import { SearchPlaces } from './search/search-places.js';
import { QuestionMeter } from './questions/question-meter.js';
import { FrequentQuestions } from './questions/frequent-questions.js';
import { WarmFrequent } from './cache/warm-frequent.js';
import { createAnswerSearch, type WarmSearch } from './search/answer-searches.js';

/** The largest JSON is a search with 1,000 document ids, about 40 kB; codec bodies have a limit of their own. */
const JSON_BODY_BYTES = 256 * 1024;

/** Builds the API without listening, so that tests can `inject`. Closing the instance closes none of the dependencies. */
export async function buildApp(deps: ApiDependencies): Promise<FastifyInstance> {
  const app = Fastify({
    loggerInstance: deps.log,
    // The framework's own lines hold the address, which may hold an external id; ours hold the route's pattern.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: requestId,
    bodyLimit: JSON_BODY_BYTES,
    trustProxy: deps.trustedProxies.length > 0 ? [...deps.trustedProxies] : false,
    // Before there is a route there are no hooks either.
    frameworkErrors: (error, request, reply) => {
      reply.headers(protectiveHeaders(request.id));
      handleError(error, request, reply);
    },
    clientErrorHandler: answerClientError,
    // Ours says it in the envelope.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
  }).withTypeProvider<TypeBoxTypeProvider>();

  app.decorate('medindexVersion', deps.version);
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(handleError);
  app.server.on('connect', answerConnect);
  const keys = new KeyCache(deps.catalog.keys);
  const uses = new KeyUses(deps.catalog.keys);
  uses.start();
  app.addHook('onClose', () => uses.stop());
  const places = new SearchPlaces(deps.searchPlaces);
  const metrics = new ApiMetrics(deps, places);
  addHeadersAndLog(app);
  metrics.observe(app);
  refuseWhileClosing(app);
  answerUnknownRoutes(app);
  closeConnections(app);
  openDocsPage(app);
  const links = new PageLinks(deps.hashLink);
  requireKeys(app, { keys, uses, links, ...(deps.limiting ? { onRefused: limitRefusedKeys(deps.limiting) } : {}) });
  if (deps.limiting) {
    limitRequests(app, deps.limiting, deps.adminKey === null ? null : adminKeyId(deps.adminKey));
  }
  takeJson(app);
  await app.register(multipart);
  await describeRoutes(app, deps.version);
  await serveDocsPage(app);
  if (deps.consoleFolder !== null) await serveConsole(app, deps.consoleFolder);
  if (deps.clientPackage !== null) await serveClientPackage(app, deps.clientPackage);

  // One for all routes: it remembers the vectors of questions.
  const retrieve = tellingForeignModels(createRetrieval(deps));
  await app.register(healthRoutes(deps));
  await app.register(metricsRoute(metrics));
  await app.register(uploadRoutes(deps));
  await app.register(uploadSessionRoutes(deps));
  await app.register(documentRoutes(deps));
  const drawings = new PageDrawings(deps);
  await app.register(accountRoutes(deps));
  await app.register(documentHistoryRoutes(deps, drawings));
  await app.register(documentChangesRoutes(deps));
  await app.register(chunkRoutes(deps, drawings));
  await app.register(pageLinkRoutes(links));
  await app.register(collectionRoutes(deps));
  await app.register(rescreenRoutes(deps));
  await app.register(vectorIndexRoutes(deps));
  await app.register(keyRoutes(deps, uses));
  await app.register(syncRoutes(deps));
  await app.register(runRoutes(deps));
  await app.register(documentActionRoutes(deps));
  await app.register(runActionRoutes(deps));
  await app.register(runEventRoutes(deps));
  await app.register(runRetryRoutes(deps));
  await app.register(statisticsRoutes(deps));
  const { answerSearch, warmSearch } = createAnswerSearch(deps, { retrieve, places, metrics });
  const { frequent, warming } = warmFrequent(app, deps, warmSearch);
  const meter = new QuestionMeter(deps.catalog, deps.questionTexts);
  meter.start();
  app.addHook('onClose', () => meter.stop());
  await app.register(searchRoutes(answerSearch, meter, frequent));
  await app.register(questionRoutes(deps, meter));
  await app.register(cacheRoutes(deps, answerSearch, warming));
  await app.register(limitRoutes(deps));
  await app.register(reviewRoutes(deps));
  await app.register(auditRoutes(deps));
  await app.register(contextRoutes(deps, retrieve, { meter, metrics }));
  await app.register(answerRoutes(deps));
  await app.register(goldenQuestionRoutes(deps));
  await app.register(webhookRoutes(deps));
  await app.register(webhookDeliveryRoutes(deps));
  await app.register(mcpRoutes(deps, retrieve, { meter, metrics }));
  await app.register(codecRoutes(deps, keys));
  return app;
}

/** What is asked often is counted, and answered before it is asked again. */
function warmFrequent(
  app: FastifyInstance,
  { caching, catalog, frequentTexts: texts = null }: ApiDependencies,
  warmSearch: WarmSearch,
): { frequent: FrequentQuestions | null; warming: WarmFrequent | null } {
  if (!caching || !texts) return { frequent: null, warming: null };
  const frequent = new FrequentQuestions(catalog, texts);
  const warming = new WarmFrequent({ catalog: catalog.frequentQuestions, texts, caching, warmSearch });
  frequent.start();
  warming.start();
  app.addHook('onClose', async () => {
    await warming.stop();
    await frequent.stop();
  });
  return { frequent, warming };
}

function addHeadersAndLog(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(protectiveHeaders(request.id));
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        // The pattern, never the address: ids of callers' own stand in addresses.
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        tookMs: Math.round(reply.elapsedTime),
        keyId: request.principal?.keyId ?? null,
      },
      'request',
    );
  });
}

/** Requests under way get this long to end; a supervisor ends the process by force after twice that. */
const DRAIN_MS = 10_000;
/** How often connections are looked for whose last request has ended meanwhile. */
const CLOSE_IDLE_EVERY_MS = 200;

/**
 * Closing waits for every connection. Those that are idle are closed at once; one that becomes idle later would keep the
 * process for its whole keep-alive time (72 s), and one that never does for ever.
 */
function closeConnections(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const { server } = app;
    if (!server.listening) return;
    const closeIdle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
    const closeAll = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
    server.once('close', () => {
      clearInterval(closeIdle);
      clearTimeout(closeAll);
    });
  });
}

function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
  });
  app.addHook('onRequest', async (_request, reply) => {
    if (!closing) return;
    reply.header('connection', 'close');
    throw new ApiError('SHUTTING_DOWN');
  });
}

/** JSON and nothing else, besides the multipart of uploads. An absent body is left to the route's schema to refuse. */
function takeJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined);
    return parse(request, body as string, done);
  });
}
