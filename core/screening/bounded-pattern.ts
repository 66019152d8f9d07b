/**
 * A regular expression without unbounded repetition: no `*`, `+` or `{n,}`. From any start a match then looks at no more
 * than a constant number of characters, so a scan stays linear in the text whatever a hostile file holds. Patterns are
 * built when the module loads: a careless one stops the start, not a worker.
 * Errors: `Error` when the source repeats something without an upper bound.
 */
export function boundedPattern(source: string, flags: string): RegExp {
  const quantifier = unboundedQuantifier(source);
  if (quantifier !== null) throw new Error(`pattern repeats without bound at ${quantifier}: ${source}`);
  return new RegExp(source, flags);
}

/** Position of the first unbounded quantifier, `null` when there is none. */
function unboundedQuantifier(source: string): number | null {
  let inClass = false;
  for (let at = 0; at < source.length; at += 1) {
    const character = source[at];
    if (character === '\\') at += 1;
    else if (inClass) inClass = character !== ']';
    else if (character === '[') inClass = true;
    else if (character === '*' || character === '+') return at;
    else if (character === '{' && /^\{\d+,\}/.test(source.slice(at, at + 12))) return at;
  }
  return null;
}
