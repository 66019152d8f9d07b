import { cuePattern } from './person-cues.js';

/** What is told of those who made medicine, of famous cases and of the dead: their names are published on purpose. */
const STORY_CUES: readonly RegExp[] = [
  [String.raw`\((?:born |b\. ?|c\. ?)?1[0-9]\d\d ?[-–—] ?(?:1[0-9]|20)\d\d\)|1[0-8]\d\d|\d{2}th century|(?:bc|ad) \d{1,4}|\d{1,4} (?:bc|ad)`],
  [
    String.raw`(?:in|of|since|during|until|from|by|and|[.,]|january|february|march|april|may|june|july|august|september|october|november|december|\d,|em|de) ?(?:19[0-7]\d|198\d)`,
  ],
  [String.raw`(?:was )?born (?:in|on|at|to|into) (?:\p{L}|\d)|nasceu (?:em|na|no)|native of`],
  [String.raw`professor(?:ship)?|lectur(?:e|es|ed|er)|doctorate|graduated|qualif(?:ied|ying)|dissertation|formou-se|chair of`],
  [String.raw`(?:he|she|who) (?:studied|read|trained|taught)|(?:law|medicine) (?:at|in) \p{Lu}|studied (?:at|in|under|law|medicine)|took (?:his|her) (?:degree|doctorate)|estudou`],
  [String.raw`nobel|laureate|knighted|medal|prize|honou?red|fellow of the royal|academy`],
  [String.raw`discover(?:ed|y|er)|invent(?:ed|or|ion)|pioneer(?:s|ed|ing)?|first (?:to|successful|described|performed|reported)|described (?:the|a|in)|named (?:after|for)|introduced the|called (?:him|her|them|it|these)|eponym|coined|descobriu|descreveu`],
  [String.raw`founded|founder|president of|editor of|directed the|appointed|organi[sz]ed the|headed the|past president|member of parliament|served as`],
  [String.raw`survived by|leaves (?:his|her) (?:wife|husband)|who has died|obituary|memorial|funeral|in memoriam|sadness|announces the death|tribute`],
  [String.raw`biograph(?:y|er)|autobiograph\p{L}{1,4}|historian|history of (?:medicine|surgery|science|nursing)|legacy|remembered (?:for|as)|famous|celebrated|notorious`],
  [String.raw`(?:world|civil|crimean|great|second) war|wartime|revolution|empire|emperor|king|queen|pope|president (?:roosevelt|kennedy|lincoln|garfield|reagan)|smallpox|cholera epidemic|plague`],
  [String.raw`supreme court|the court|appeals court|lawsuit|plaintiff|judge|ruling|v\.|landmark case|in the case of`],
  [String.raw`novel|poet|poem|painter|composer|actor|actress|film|movie|singer|athlete|champion|memoir|character`],
  [String.raw`surgeon|physician|physicist|chemist|physiologist|pathologist|anatomist|microbiologist|psychiatrist|scientist|médico e|cientista`],
  [String.raw`published|wrote (?:of|that|in|the|a)|paper|theory|experiment(?:s|ed)?|manuscript|treatise|textbook`],
  [String.raw`university|medical school|college|royal|institut(?:e|o) (?:pasteur|of)|society`],
].map((sources) => cuePattern(sources));

/** A paragraph or two each way. */
const REACH_CHARACTERS = 500;
const ENOUGH = 2;

/**
 * Whether what stands around a span tells of a life or of history. A record tells parts of a life as well (`she studied law`):
 * `isRecord` asks for twice as many signs.
 */
export function tellsLifeStory(text: string, start: number, end: number, isRecord: boolean): boolean {
  const around = text.slice(Math.max(0, start - REACH_CHARACTERS), end + REACH_CHARACTERS);
  const needed = isRecord ? ENOUGH * 2 : ENOUGH;
  let found = 0;
  for (const cue of STORY_CUES) {
    if (cue.test(around)) found += 1;
    if (found >= needed) return true;
  }
  return false;
}
