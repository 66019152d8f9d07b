import type { GradePart } from './grade-parts.js';

/** Headings under which guidelines explain their grades, instead of giving some. */
const LEGEND_HEADING =
  /^(?:[\d.]+\s+)?(?:(?:key|guide)\s+to\b.{0,60}(?:evidence|recommendation|grad|symbol)|(?:grading|classification|classes|levels?|definitions?|interpretation|explanation|categories|rating|hierarchy|implications|system)\b.{0,40}(?:recommendations?|evidence|grades?|strength|certainty|quality)(?:\s+(?:used|definitions?|and\s+.{0,60}))?|(?:applying\s+)?(?:class\s+of\s+recommendation\s+and\s+level\s+of\s+evidence.{0,80})|(?:how\s+to\s+(?:read|interpret)|about)\b.{0,60}(?:recommendations?|grades?)|grade\s+(?:definitions?|system|methodology)|what\s+the\s+(?:grades|USPSTF\s+grades)\s+mean.{0,40}|(?:classifica[çc][ãa]o|clasificaci[óo]n|defini[çc][ãa]o|definici[óo]n|significado|interpreta[çc][ãa]o|interpretaci[óo]n)\b.{0,40}(?:recomenda|recomendaci|evid[êe]ncia|graus?|grados?).{0,30})[:.]?$/iu;

/** Whether a section explains grades. */
export function isLegendHeading(heading: string): boolean {
  return heading.length <= 160 && LEGEND_HEADING.test(heading.trim());
}

/** How schemes describe what their grades mean; no recommendation speaks so. */
const DEFINES =
  /\bbenefits?\s+(?:clearly\s+|substantially\s+)?(?:outweigh|are\s+(?:closely\s+)?balanced|>+)|\bfurther\s+research\s+is\b|\bwe\s+(?:are|have)\s+(?:very\s+|moderately\s+|little\s+)?(?:confiden|uncertain)|\btrue\s+effect\b|\bmost\s+(?:well-)?(?:informed\s+)?(?:patients|people|individuals|clinicians)\s+(?:in\s+this\s+situation\s+)?(?:would|should)\b|\b(?:would|can)\s+be\s+adopted\s+as\s+(?:a\s+)?polic|\bdata\s+derived\s+from\b|\bgeneral\s+agreement\s+that\b|\bconflicting\s+evidence\b|\bconsensus\s+of\s+(?:expert\s+)?opinion\b|\bweight\s+of\s+(?:the\s+)?evidence\b|\bmultiple\s+(?:populations|randomi[sz]ed)\b|\bthere\s+is\s+(?:high|moderate|at\s+least\s+moderate)\s+certainty\b|\bnet\s+benefit\s+is\s+(?:substantial|moderate|small)\b|\bdesirable\s+(?:effects|consequences)\s+(?:clearly|probably)\b|\bhigh-?quality\s+meta-analys[ei]s\b|\bwell-conducted\s+(?:meta-analys|case|cohort)|\bdirectly\s+applicable\s+to\s+the\s+target\s+population\b/iu;
const MEANS =
  /^\s{0,2}[)\]"”’]?\s{0,2}(?:=|(?:mean(?:s|t|ing)?|impl(?:y|ies)|indicat(?:e|es|ed|ing)|denot(?:e|es|ed|ing)|refers?\s+to|is\s+defined|are\s+defined|was\s+defined|were\s+defined|signif(?:y|ies)|corresponds?|stands?\s+for|represents?|significa|indica|appl(?:y|ies)\s+(?:to|when))(?!\p{L}))/iu;
const GRADES_THEM =
  /\b(?:graded|grading|rated|rating|classif(?:ied|ies|y)|categori[sz]ed|denoted|designated|expressed|labell?ed|divided|ranked|assigned|defined|ranges?|ranging|either)\b/iu;
/** Behind a grade its definition follows within so many characters. */
const DEFINITION_REACH = 260;

/** Whether the grade at `start` to `end` is explained there, not given. */
export function isLegend(input: {
  text: string;
  start: number;
  end: number;
  parts: readonly GradePart[];
  isBracketed: boolean;
  sentence: { readonly start: number; readonly end: number };
}): boolean {
  const { text, start, end, parts, isBracketed, sentence } = input;
  const lastEnd = parts.at(-1)?.end ?? end;
  if (MEANS.test(text.slice(end, end + 24)) || MEANS.test(text.slice(lastEnd, lastEnd + 24))) return true;
  if (/=\s{0,2}[("“‘[]?$/u.test(text.slice(Math.max(0, start - 6), start))) return true;
  const within = text.slice(parts[0]?.start, lastEnd);
  if (/[^=]=[^=]/.test(within) && parts.length > 1) return true;
  const [first] = parts;
  const isCoded = first !== undefined && ['code', 'class', 'letter', 'level'].includes(first.kind);
  const isWorded = parts.some(({ kind }, at) => at > 0 && (kind === 'strength' || kind === 'certainty'));
  if (isCoded && isWorded && !isBracketed && /[:=–—|]/u.test(within)) return true;
  const own = text.slice(sentence.start, Math.min(sentence.end, sentence.start + 600));
  if (!isBracketed && GRADES_THEM.test(own) && /\b(?:recommendations?|evidence|grades?|strengths?|recomenda)/iu.test(own) && /\b(?:as|from|into|using|by|either)\b/iu.test(own)) return true; // prettier-ignore
  if (isBracketed && /\b(?:graded|rated|classified|categori[sz]ed|denoted|expressed)\b[^.]{0,40}\b(?:as|by|using|from|on)\b[^.]{0,60}$/iu.test(text.slice(Math.max(sentence.start, start - 160), start))) return true; // prettier-ignore
  return !isBracketed && DEFINES.test(text.slice(end, end + DEFINITION_REACH));
}
