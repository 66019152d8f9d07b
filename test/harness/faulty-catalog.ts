import { Failure } from '../../core/contract/failures.js';
import type { Catalog } from '../../core/ports/catalog.js';

/** The roles whose methods can be made to fail. */
export type CatalogRole = Exclude<keyof Catalog, 'ping' | 'close'>;

export type MethodName = { [Role in CatalogRole]: `${Role}.${keyof Catalog[Role] & string}` }[CatalogRole];

export interface Fault {
  readonly method: MethodName;
  /** Which call of this method, from 1; absent: each of them. */
  readonly call?: number;
  /** `before`: nothing was done. `after`: it was done, and its answer got lost. */
  readonly when: 'before' | 'after';
  /** What is thrown; by default what a lost connection throws. */
  readonly error?: Error;
}

export interface FaultyCatalog {
  readonly catalog: Catalog;
  /** Names of the methods called, in order. */
  readonly calls: readonly MethodName[];
  /** Faults from now on; those before stay. */
  inject(fault: Fault): void;
}

/** Any catalog, failing where it is told to. It is no fake: what does not fail happens on the real one. */
export function makeFaulty(real: Catalog, ...initialFaults: readonly Fault[]): FaultyCatalog {
  const faults = [...initialFaults];
  const calls: MethodName[] = [];

  const fail = (method: MethodName, call: number, when: Fault['when']): void => {
    const fault = faults.find(
      (candidate) => candidate.method === method && candidate.when === when && (candidate.call ?? call) === call,
    );
    if (fault) throw fault.error ?? new Failure('DATABASE_UNAVAILABLE', { detail: `injected ${when} ${method}` });
  };

  const wrapRole = <Role extends CatalogRole>(name: Role): Catalog[Role] =>
    new Proxy(real[name], {
      get(target, property) {
        const member: unknown = Reflect.get(target, property);
        if (typeof member !== 'function' || typeof property !== 'string') return member;
        return async (...args: unknown[]): Promise<unknown> => {
          const method = `${name}.${property}` as MethodName;
          calls.push(method);
          const call = calls.filter((called) => called === method).length;
          fail(method, call, 'before');
          const answer: unknown = await Reflect.apply(member, target, args);
          fail(method, call, 'after');
          return answer;
        };
      },
    });

  const catalog: Catalog = {
    collections: wrapRole('collections'),
    runs: wrapRole('runs'),
    syncs: wrapRole('syncs'),
    versions: wrapRole('versions'),
    documents: wrapRole('documents'),
    lexical: wrapRole('lexical'),
    candidates: wrapRole('candidates'),
    vectorIndexes: wrapRole('vectorIndexes'),
    uploads: wrapRole('uploads'),
    keys: wrapRole('keys'),
    erasures: wrapRole('erasures'),
    orphans: wrapRole('orphans'),
    reviews: wrapRole('reviews'),
    rescreens: wrapRole('rescreens'),
    audit: wrapRole('audit'),
    answers: wrapRole('answers'),
    goldenQuestions: wrapRole('goldenQuestions'),
    questions: wrapRole('questions'),
    cache: wrapRole('cache'),
    frequentQuestions: wrapRole('frequentQuestions'),
    usage: wrapRole('usage'),
    webhooks: wrapRole('webhooks'),
    statistics: wrapRole('statistics'),
    ping: () => real.ping(),
    close: () => real.close(),
  };
  return { catalog, calls, inject: (fault) => faults.push(fault) };
}
