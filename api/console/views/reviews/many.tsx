import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { Bar } from '../../parts/chart/bar.js';
import { useLoad } from '../../parts/load.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';
import { Bulk } from './bulk.js';

/** How recognisers did, and a decision on all that one of them holds. */
export function Many({ onDone }: { onDone: (said: string) => void }): JSX.Element | null {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.bulk;
  const { data, reload } = useLoad(() => client.recognisers(), [client]);
  const [recogniser, setRecogniser] = useState<string | null>(null);
  const form = useRef<HTMLElement>(null);
  if (data === null || data.recognisers.length === 0) return null;
  const number = (count: number): string => count.toLocaleString(texts.locale);
  const share = (of: number): string => of.toLocaleString(texts.locale, { style: 'percent' });
  const choose = (name: string): void => {
    setRecogniser(name);
    form.current?.querySelector<HTMLSelectElement>('#bulk-recogniser')?.focus();
  };
  return (
    <>
      <section aria-labelledby="recognisers">
        <h2 id="recognisers">{words.recognisers}</h2>
        <div class="scroll" tabIndex={0} role="region" aria-label={`${words.recognisers}: ${texts.overview.table}`}>
          <table class="counts">
            <thead>
              <tr>
                <th scope="col">{words.recogniser}</th>
                <th scope="col" class="number">
                  {words.waiting}
                </th>
                <th scope="col">{words.falseAlarms}</th>
                <td class="bars" />
                <th scope="col">{texts.upload.act}</th>
              </tr>
            </thead>
            <tbody>
              {data.recognisers.map(({ recogniser: name, category, waiting, decided, falseAlarms }) => (
                <tr key={`${name} ${category}`}>
                  <th scope="row" class="name">
                    {texts.reviews.categories[category] ?? category} <span class="help">{name}</span>
                  </th>
                  <td class="number" data-label={words.waiting}>
                    {number(waiting)}
                  </td>
                  <td data-label={words.falseAlarms}>
                    {decided === 0 ? words.none : words.share(share(falseAlarms / decided), falseAlarms, decided)}
                  </td>
                  <td class="bars">{decided === 0 ? null : <Bar value={falseAlarms} max={decided} tone="warn" />}</td>
                  <td>
                    {waiting === 0 ? null : (
                      <button
                        type="button"
                        class="quiet"
                        aria-label={words.chooseNamed(name)}
                        onClick={() => choose(name)}
                      >
                        {words.choose}
                      </button>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section aria-labelledby="bulk" ref={form}>
        <h2 id="bulk">{words.title}</h2>
        <Bulk
          recognisers={data.recognisers}
          recogniser={recogniser}
          onRecogniser={setRecogniser}
          onDone={(said) => {
            reload();
            onDone(said);
          }}
        />
      </section>
    </>
  );
}
