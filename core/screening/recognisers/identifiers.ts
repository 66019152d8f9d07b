import type { PhiCategory } from '../../contract/finding.js';
import { boundedPattern } from '../bounded-pattern.js';
import { isCns, isCpf, isVin, MBI_SOURCE } from '../check-digits.js';
import type { ScreeningContext } from '../context.js';
import type { Candidate, Recogniser } from '../recogniser.js';
import { SCORES } from '../scores.js';

const NO_MORE = String.raw`(?![\p{L}\p{N}]|[-./]\d)`;
const NOTHING_BEFORE = String.raw`(?<![\p{L}\p{N}]|\d[-./])`;

/** A recogniser of a form that stands for itself. */
function formOf(
  category: PhiCategory,
  evidence: string,
  pattern: RegExp,
  score: (value: string, context: ScreeningContext, start: number) => number | null,
): Recogniser {
  return {
    category,
    *find(text: string, context: ScreeningContext): Generator<Candidate> {
      for (const match of text.matchAll(pattern)) {
        const found = score(match[0], context, match.index);
        if (found !== null) yield { start: match.index, end: match.index + match[0].length, score: found, evidence };
      }
    },
  };
}

const cpf = formOf(
  'national_id',
  'cpf-checksum',
  boundedPattern(String.raw`${NOTHING_BEFORE}\d{3}\.\d{3}\.\d{3}-\d{2}${NO_MORE}`, 'gu'),
  (value) => (isCpf(value) ? SCORES.strong : SCORES.likely),
);

const cns = formOf(
  'health_plan',
  'cns-checksum',
  boundedPattern(String.raw`${NOTHING_BEFORE}[12789]\d{2}\s\d{4}\s\d{4}\s\d{4}${NO_MORE}`, 'gu'),
  (value) => (isCns(value) ? SCORES.strong : SCORES.faint),
);

const mbi = formOf(
  'health_plan',
  'mbi-form',
  boundedPattern(`${NOTHING_BEFORE}${MBI_SOURCE.replaceAll('-?', '-')}${NO_MORE}`, 'gu'),
  () => SCORES.strong,
);

const vin = formOf(
  'vehicle',
  'vin-checksum',
  boundedPattern(
    String.raw`${NOTHING_BEFORE}(?=[A-Z\d]{0,16}[A-Z])(?=[A-Z\d]{0,16}\d)[A-HJ-NPR-Z\d]{17}${NO_MORE}`,
    'gu',
  ),
  (value) => (isVin(value) ? SCORES.likely : null),
);

/** RFC 1918: of everybody's network. */
const PRIVATE_NETWORK = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.)/u;

const ip = formOf(
  'ip',
  'form',
  boundedPattern(
    String.raw`(?<![\p{L}\p{N}.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\p{L}\p{N}]|\.\d|/\d)`,
    'gu',
  ),
  (value, context, start) => {
    // `1.2.3.4` is a section of a guideline as easily.
    const [first = 0, ...others] = value.split('.').map(Number);
    if (first < 10 || others.every((part) => part < 20) || context.isQuiet(start, start + value.length)) return null;
    if (PRIVATE_NETWORK.test(value)) return SCORES.faint;
    return context.isNote || context.speaksOfPatient(start, start + value.length) ? SCORES.likely : SCORES.weak;
  },
);

const url = formOf(
  'url',
  'personal-page',
  boundedPattern(
    String.raw`(?<![\p{L}\p{N}@/])(?:https?://)?(?:www\.)?(?:facebook|instagram|linkedin|twitter|x|tiktok|caringbridge|gofundme|myspace|[a-z\d-]{2,30}\.(?:blogspot|wordpress|tumblr))\.(?:com|org)/(?:in/|@|visit/|f/)?[\p{L}\d._%-]{4,60}`,
    'giu',
  ),
  (value, context, start) =>
    context.isQuiet(start, start + value.length)
      ? null
      : context.isNote || context.speaksOfPatient(start, start + value.length)
        ? SCORES.likely
        : SCORES.faint,
);

const PHOTO = String.raw`(?:full[- ]face\s|facial\s|identifying\s|clinical\s)?(?:photograph|photo|picture|selfie|portrait|headshot|foto(?:grafia)?|video)s?`;
const photograph = formOf(
  'photograph',
  'of-patient',
  boundedPattern(
    String.raw`(?<![\p{L}])(?:${PHOTO}\s(?:of|showing|do|da)\s(?:the\s|this\s|o\s|a\s)?(?:patient(?:[’']s)?(?:\sface)?|pt|(?:his|her)\sface|face|rosto|paciente|(?:mr|mrs|ms)\.)|(?:patient|pt|his|her)(?:[’']s)?\s(?:full[- ]face\s)?(?:photo|photograph|picture|selfie|headshot)|(?:photo|image|picture|foto)(?:\sfile)?:?\s(?:IMG|DSC|PXL)[_-]?\d{3,12}(?:\.\w{3,4})?|full[- ]face\sphoto(?:graph)?s?|foto\sd[oa]\spaciente)(?![\p{L}])`,
    'giu',
  ),
  (value, context, start) =>
    context.isNote
      ? SCORES.likely
      : /IMG|DSC|PXL/u.test(value) && context.speaksOfPatient(start, start)
        ? SCORES.likely
        : SCORES.weak,
);

const biometric = formOf(
  'biometric',
  'of-patient',
  boundedPattern(
    String.raw`(?<![\p{L}])(?:(?:his|her|patient[’']s)\s(?:finger|thumb|voice|palm)[- ]?prints?|(?:finger|thumb|voice|palm)[- ]?prints?\s(?:is|are|was|were)?\s?(?:on file|enrolled|captured|recorded|stored|scanned|taken|collected)|(?:retinal?|iris)\s(?:scan|pattern)\s(?:is|was)?\s?(?:on file|enrolled|captured|stored)|impress(?:ão|ões)\sdigita(?:l|is)\s(?:colhida|coletada|registrada|cadastrada)s?|biometria\s(?:cadastrada|registrada|coletada))(?![\p{L}])`,
    'giu',
  ),
  (_value, context) => (context.isNote ? SCORES.likely : SCORES.weak),
);

/** Works for somebody whose name is given: `works at Harmon Steel`, `employed by the Dayton Post`. */
const EMPLOYED = boundedPattern(
  String.raw`(?<![\p{L}])(?:works?|worked|working|employed|employment|trabalha|trabalhou|job|foreman|cashier|teacher|clerk|driver|welder|nurse|manager|engineer|accountant|mechanic|empregad[oa])\s(?:as\s(?:an?\s)?(?:[\p{Ll}-]{2,20}\s){1,3})?(?:at|for|by|with|na|no|em|para)\s(?:the\s)?(?<name>\p{Lu}[\p{L}&’'-]{1,24}(?:\s(?:\p{Lu}[\p{L}&’'-]{1,24}|of|and|&|de|do|da)){0,5})`,
  'gud',
);
const employer: Recogniser = {
  category: 'employer',
  *find(text: string, context: ScreeningContext): Generator<Candidate> {
    for (const match of text.matchAll(EMPLOYED)) {
      const [start, end] = match.indices?.groups?.['name'] ?? [0, 0];
      const isOne = context.isNote || context.speaksOfPatient(match.index, end);
      if (isOne && !context.isQuiet(start, end))
        yield { start, end, score: context.isNote ? SCORES.likely : SCORES.weak, evidence: 'works-at' };
    }
  },
};

export const IDENTIFIER_FORMS: readonly Recogniser[] = [cpf, cns, mbi, vin, ip, url, photograph, biometric, employer];
