import { boundedPattern } from './bounded-pattern.js';
import { cuePattern } from './person-cues.js';

/** What is told of those who made medicine, of famous cases and of the dead: their names are published on purpose. */
const STORY_CUES: readonly RegExp[] = [
  ...[
    [
      String.raw`\((?:born |b\. ?|c\. ?)?1\d\d\d ?[-–—] ?(?:1\d|20)\d\d\)|1[0-8]\d\d|\d{2}th century|(?:bc|ad) \d{1,4}|\d{1,4} (?:bc|ad)`,
    ],
    [String.raw`(?:was )?born (?:in|on|at|to|into)|nasceu (?:em|na|no)|native of`],
    [String.raw`professor(?:ship)?|lectur(?:e|es|ed|er)|doctorate|graduated|dissertation|formou-se|chair of`],
    [
      String.raw`(?:he|she|who) (?:studied|trained|taught)|studied (?:at|in|under|law|medicine)|took (?:his|her) (?:degree|doctorate)|estudou`,
    ],
    [String.raw`nobel|laureate|knighted|medal|prize|honou?red|fellow of the royal|academy`],
    [
      String.raw`discover(?:ed|y|er)|invent(?:ed|or|ion)|pioneer(?:s|ed|ing)?|first (?:to|successful|described|performed|reported)|described (?:the|a|in)|named (?:after|for)|introduced the|called (?:him|her|them|it|these)|eponym|coined|descobriu|descreveu`,
    ],
    [
      String.raw`founded|founder|president of|editor of|directed the|appointed|organi[sz]ed the|headed the|past president|member of parliament|served as`,
    ],
    [
      String.raw`survived by|leaves (?:his|her) (?:wife|husband)|who has died|obituary|memorial|funeral|in memoriam|with sadness|announces the death|tribute`,
    ],
    [
      String.raw`biograph(?:y|er)|autobiograph\p{L}{1,4}|historian|history of (?:medicine|surgery|science|nursing)|legacy|remembered (?:for|as)|all over the world|(?:around|throughout) the world|famous|celebrated|notorious`,
    ],
    [
      String.raw`(?:world|civil|crimean|great|second) war|wartime|revolution|empire|emperor|(?:king|queen) of|pope|smallpox|cholera epidemic|plague`,
    ],
    [
      String.raw`supreme court|the court|senator|congress(?:man|woman)|governor|prime minister|released a statement|spokes(?:man|woman|person)|said on (?:mon|tues|wednes|thurs|fri)day|chamber|parliament|appeals court|lawsuit|plaintiff|v\.`,
    ],
    [String.raw`landmark case|in the case of`],
    [String.raw`novel(?:ist)?|poet|poem|painter|composer|actor|actress|movie|singer|athlete|champion|memoir`],
    [String.raw`physicist|chemist|physiologist|anatomist|microbiologist|scientist|médico e|cientista`],
    [String.raw`published (?:his|her|in|a|the)|wrote (?:of|in|the|a)|theory|experiments?|manuscript|treatise|textbook`],
    [
      String.raw`medical school|(?:schools?|college) (?:took|accepted|rejected|admitted)|dispensary|expedition|laborator(?:y|ies) of|royal (?:college|society)|institut(?:e|o) pasteur|conservatory|cambridge|oxford|sorbonne`,
    ],
  ].map((sources) => cuePattern(sources)),
  // Years of long ago; those of dates of birth are written with slashes, or with a day before them.
  boundedPattern(String.raw`(?<![\d/.-])(?:19[0-7]\d|198\d)(?![\d/.-]\d)`, 'u'),
];

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
