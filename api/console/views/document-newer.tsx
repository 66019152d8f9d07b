import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import type { DocumentBody } from '../../schemas/document.js';
import { Confirm } from '../parts/confirm.js';
import { UrgentBox } from '../parts/urgent-box.js';
import { address, go } from '../routing.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';

/**
 * Sends a file as a newer version of this document, whatever the file is called: chosen among other uploads, one with another
 * name or folder becomes a document of its own, and searches find both.
 */
export function NewerVersion({ document }: { document: DocumentBody }): JSX.Element {
  const { outbox } = useSession();
  const texts = useTexts();
  const words = texts.document;
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const day = useRef<HTMLInputElement>(null);
  const urgent = useRef<HTMLInputElement>(null);
  const send = (): void => {
    const chosen = file.current?.files?.[0];
    if (!chosen) {
      setProblem(words.newerNeeded);
      file.current?.focus();
      return;
    }
    const { collection, externalId } = document;
    const effectiveFrom = day.current?.value;
    outbox.add(collection, [{ file: chosen, name: chosen.name }], {
      metadata: { externalId, ...(effectiveFrom ? { effectiveFrom } : {}) },
      urgent: urgent.current?.checked ?? false,
    });
    setAsking(false);
    go(address('upload', collection));
  };
  return (
    <>
      <button
        type="button"
        class="quiet"
        onClick={() => {
          setProblem(null);
          setAsking(true);
        }}
      >
        {words.newer}
      </button>
      {asking ? (
        <Confirm
          title={words.newer}
          act={words.newerNow}
          busy={false}
          onConfirm={send}
          onClose={() => setAsking(false)}
        >
          <p>{words.newerHelp(document.version.number + 1)}</p>
          <div class="field">
            <label for="newer-file">{texts.upload.file}</label>
            <input id="newer-file" type="file" ref={file} />
          </div>
          <div class="field">
            <label for="newer-day">{texts.upload.effectiveFrom}</label>
            <input id="newer-day" type="date" ref={day} aria-describedby="newer-day-help" />
            <p id="newer-day-help" class="help">
              {texts.upload.effectiveHelp}
            </p>
          </div>
          <UrgentBox input={urgent} />
          <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
        </Confirm>
      ) : null}
    </>
  );
}
