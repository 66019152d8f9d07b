/** Verbs by which guidelines recommend, and imperatives with which they begin; English, Portuguese, Spanish. */
const RECOMMENDS =
  /(?<!\p{L})(?:recommend(?:s|ed)?(?!\p{L})|recommending|suggest(?:s|ed)?(?!\p{L})|should(?!\p{L})|must(?!\p{L})|advis(?:e|es|ed|ing)(?!\p{L})|(?:is|are)\s+(?:not\s+)?(?:indicated|preferred|reasonable|contraindicated)|(?:may|might|can|could)\s+be\s+(?:considered|reasonable|used|offered)|(?:do\s+not|don[’']t|avoid|offer|consider|use|give|start|initiate|administer|prescribe|monitor|measure|treat|screen|assess|refer|perform|provide|continue|stop|discontinue|add|switch|limit|obtain|select|maintain|target|aim)(?!\p{L})|recomend|sugeri|sugere|suger|deve(?:m|rá|riam?)?(?!\p{L})|debe(?:n|r[íi]an?)?(?!\p{L})|aconselh|aconsej|considerar|ofere[cç]|ofrec)/iu;

/** Of a longer text its two ends are looked at: whatever is so long is no sentence. */
const MAX_LOOKED_AT = 4_000;

/** Whether a text says what to do, by its words alone. */
export function recommends(text: string): boolean {
  const half = MAX_LOOKED_AT / 2;
  return RECOMMENDS.test(text.length <= MAX_LOOKED_AT ? text : `${text.slice(0, half)} ${text.slice(-half)}`);
}
