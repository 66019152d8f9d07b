import type { JSX } from 'preact';
import type { KeyBody } from '../../schemas/key.js';
import { time } from '../parts/times.js';
import { useTexts } from '../texts/texts.js';
import { rightsOf } from './rights-of.js';

interface KeyTableProps {
  readonly keys: readonly KeyBody[];
  /** The key that is signed in, which cannot revoke itself. */
  readonly own: string;
  readonly onAsk: (act: 'plan' | 'revoke', of: KeyBody) => void;
}

export function KeyTable({ keys, own, onAsk }: KeyTableProps): JSX.Element {
  const texts = useTexts();
  const words = texts.keys;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.name}</th>
            <th scope="col">{words.rights}</th>
            <th scope="col">{words.sees}</th>
            <th scope="col">{words.plan}</th>
            <th scope="col">{words.lastUsed}</th>
            <th scope="col">{words.until}</th>
            <th scope="col">{texts.upload.act}</th>
          </tr>
        </thead>
        <tbody>
          {keys.map((one) => (
            <tr key={one.keyId}>
              <th scope="row" class="name">
                {one.name} {one.keyId === own ? <span class="badge plain">{words.own}</span> : null}
                <span class="help">{words.madeOn(time(one.createdAt, texts.locale))}</span>
              </th>
              <td data-label={words.rights}>
                <ul class="plain">
                  {rightsOf(one).map((scope) => (
                    <li key={scope}>{words.scopes[scope]}</li>
                  ))}
                </ul>
              </td>
              <td data-label={words.sees}>
                {one.collections === null ? texts.collectionsLimit.allShort : one.collections.join(', ') || texts.none}
                <p class="help">{words.upTo(words.levels[one.safetyLevel])}</p>
              </td>
              <td data-label={words.plan}>{one.plan}</td>
              <td class="when" data-label={words.lastUsed}>
                {one.lastUsedAt === null ? words.neverUsed : time(one.lastUsedAt, texts.locale)}
              </td>
              <td class="when" data-label={words.until}>
                {one.expiresAt === null ? words.noEnd : time(one.expiresAt, texts.locale)}{' '}
                {isOver(one.expiresAt) ? <span class="badge bad">{words.over}</span> : null}
              </td>
              <td class="actions">
                <button
                  type="button"
                  class="quiet"
                  aria-label={words.changePlanNamed(one.name)}
                  onClick={() => onAsk('plan', one)}
                >
                  {words.changePlan}
                </button>
                {one.keyId === own ? null : (
                  <button
                    type="button"
                    class="danger quiet"
                    aria-label={words.revokeNamed(one.name)}
                    onClick={() => onAsk('revoke', one)}
                  >
                    {words.revoke}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function isOver(expiresAt: string | null): boolean {
  return expiresAt !== null && new Date(expiresAt).getTime() <= Date.now();
}
