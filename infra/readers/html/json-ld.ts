/** A page's description of itself has a few kilobytes; a megabyte of it is a data set. */
const MAX_CHARACTERS = 256 * 1024;
/** Objects looked at: the page, its parts and its site. */
const MAX_OBJECTS = 50;

/** Types of schema.org that are the document itself, and not its site, its author or the way to it. */
const DOCUMENT_TYPE =
  /(?:Guideline|Article|WebPage|Report|Book|Legislation|CreativeWork|DigitalDocument|MedicalEntity)$/;

type Fields = [name: string, values: string[]][];

/**
 * Fields of the documents that a JSON-LD script of schema.org describes, by their names, without prefixes; of an object
 * its name. What is no JSON describes nothing.
 */
export function jsonLdFields(script: string): Fields {
  if (script.length > MAX_CHARACTERS) return [];
  try {
    return objectsOf(JSON.parse(script)).filter(isDocument).flatMap(fieldsOf);
  } catch {
    return [];
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/** The objects at the top, and those of a `@graph`. */
function objectsOf(parsed: unknown): JsonObject[] {
  const objects: JsonObject[] = [];
  const waiting: unknown[] = [parsed];
  for (let next = waiting.shift(); next !== undefined && objects.length < MAX_OBJECTS; next = waiting.shift()) {
    if (Array.isArray(next)) waiting.push(...(next as unknown[]).slice(0, MAX_OBJECTS));
    else if (isObject(next)) {
      objects.push(next);
      if (next['@graph'] !== undefined) waiting.push(next['@graph']);
    }
  }
  return objects;
}

function isDocument(object: JsonObject): boolean {
  return textsOf(object['@type']).some((type) => DOCUMENT_TYPE.test(type));
}

function fieldsOf(object: JsonObject): Fields {
  return Object.entries(object).flatMap(([name, value]): Fields => {
    const values = textsOf(value);
    return values.length === 0 ? [] : [[name.replace(/^(?:schema|dcterms|dc):/, ''), values]];
  });
}

function textsOf(value: unknown): string[] {
  const items = Array.isArray(value) ? value.slice(0, MAX_OBJECTS) : [value];
  return items.flatMap((item: unknown) => {
    const text = isObject(item) ? (item['name'] ?? item['identifier'] ?? item['@id']) : item;
    if (typeof text === 'number') return [String(text)];
    return typeof text === 'string' && text.trim() !== '' ? [text.replace(/\s+/g, ' ').trim()] : [];
  });
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
