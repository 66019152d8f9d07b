import type { PhiCategory } from '../contract/finding.js';
import { boundedPattern } from './bounded-pattern.js';
import { isCns, isCpf, isDea, isNpi, isVin, MBI_SOURCE } from './check-digits.js';
import { DAY_AND_MONTH, WHOLE_DATE } from './dates.js';
import { HYPHEN } from './labelled-values.js';
import { SCORES } from './scores.js';

/** A kind of entry on forms and face sheets: its labels and what may stand there. Pattern sources, flags `iu`. */
export interface Field {
  readonly category: PhiCategory;
  readonly evidence: string;
  readonly labels: readonly string[];
  readonly value: string;
  /** Labels that are also ordinary words need a colon, a bar or a line of their own. */
  readonly needsColon: boolean;
  readonly score: number;
  /** In a note, letter or form about one patient, where an ambiguous label has one meaning. */
  readonly scoreInNote: number;
  /** The score of a value by its check digits; `null` refuses it. */
  readonly check?: (value: string, score: number) => number | null;
}

const NO = String.raw`(?:\s{0,2}(?:number|numbers|num\.?|no\.?|nbr\.?|id|#|n[º°o]\.?|código|code))`;
const OF_PATIENT = String.raw`(?:(?:patient|pt\.?)(?:[’']s)?\s{1,2})`;

/** Digits as text recognition leaves them; what passes must hold three real ones. */
const NOISY = String.raw`[\dOoIlSB]`;
const IDENTIFIER = String.raw`(?=[\p{L}\d./-]{0,24}\d[\p{L}\d./-]{0,24}\d)[\p{Lu}\dlo](?:[./-]?[\p{Lu}\p{Ll}\d]){3,23}`;
const LONG_NUMBER = String.raw`(?=[^\n]{0,8}\d)(?:\p{L}{1,4}[-\s]?)?${NOISY}(?:[-.\s/]?${NOISY}){4,19}(?:-?[\dXx])?`;
const SHORT_NUMBER = String.raw`(?=[^\n]{0,8}\d)(?:\p{L}{1,4}-?)?${NOISY}(?:[-.]?${NOISY}){3,15}`;
const IS_DATE = boundedPattern(`^${WHOLE_DATE}`, 'iu');
const NAME = String.raw`\p{L}(?:\.|[\p{L}\p{M}’'-]{1,29})(?:,?[ \u00a0]{1,2}(?:\p{L}\.?|\p{L}[\p{L}\p{M}’'-]{1,29})){0,5}`;
const PHONE = String.raw`(?:\+\s?)?[(]?${NOISY}(?:[-. /)(\u00a0]{0,2}${NOISY}){6,14}(?:\s?(?:x|ext\.?)\s?\d{1,6})?`;
const ANYTHING = String.raw`[\p{L}\d][^\n|\t]{3,80}`;

function field(
  category: PhiCategory,
  evidence: string,
  score: number,
  labels: readonly string[],
  value: string,
  options: Partial<Pick<Field, 'needsColon' | 'check' | 'scoreInNote'>> = {},
): Field {
  return { category, evidence, score, labels, value, needsColon: false, scoreInNote: score, ...options };
}

const holding =
  (isValid: (value: string) => boolean) =>
  (value: string, score: number): number =>
    isValid(value) ? SCORES.certain : score;

/** A number with room for a misread sign is one only with enough true digits. */
const isNumberEnough = (value: string, score: number) => ((value.match(/\d/gu)?.length ?? 0) >= 3 ? score : null);
/** A date with a misread sign; one of digits only has to be a date. */
const isDateEnough = (value: string, score: number) =>
  IS_DATE.test(value) ? score : /[OoIlSB]/u.test(value) ? isNumberEnough(value, score) : null;

/** Toll-free and premium numbers of North America belong to organisations. */
const isOwnNumber = (value: string, score: number) =>
  /^(?:\+?1)?(?:8(?:00|22|33|44|55|66|77|88)|900)\d{7}$/u.test(value.replace(/(?:x|ext).*$/iu, '').replace(/\D/gu, ''))
    ? null
    : needsDigits(6)(value, score);

/** Capitals and digits, both; `plate 3 shows` is a figure. */
const isPlate = (value: string, score: number) =>
  /^[A-Z\d][A-Z\d\s·-]{3,9}$/u.test(value) && /\d/u.test(value) && /[A-Z]/u.test(value) ? score : null;

const needsDigits =
  (least: number) =>
  (value: string, score: number): number | null =>
    (value.match(/\d/gu)?.length ?? 0) >= least && !/^(?:19|20)\d\d$/u.test(value) ? score : null;

export const FIELDS: readonly Field[] = [
  field(
    'ssn',
    'field',
    SCORES.certain,
    ['s\\.?s\\.?n\\.?', '5SN', `social\\s{1,3}security${NO}?`, 'ss\\s?#'],
    String.raw`${NOISY}{3}(?:${HYPHEN}|\s|\.)?${NOISY}{2}(?:${HYPHEN}|\s|\.)?${NOISY}{4}`,
    {
      check: (value, score) => ((value.match(/\d/gu)?.length ?? 0) >= 6 ? score : null),
    },
  ),
  field(
    'mrn',
    'field',
    SCORES.certain,
    [
      `m\\.?r\\.?n\\.?${NO}?`,
      `med(?:ical|\\.)?\\s{0,2}rec(?:ord|\\.)?s?${NO}`,
      `(?:hospital|chart|clinic)${NO}`,
      `mr\\s?#`,
      `(?:n[úu]mero\\s{1,2}d[eo]\\s{1,2}|n[º°o.]{1,2}\\s{0,2}(?:d[eo]\\s{1,2})?)?prontu[áa]rio${NO}?`,
      `nhs${NO}`,
      `registro\\s{1,2}(?:hospitalar|geral do paciente)`,
    ],
    SHORT_NUMBER,
    { check: needsDigits(3) },
  ),
  field(
    'mrn',
    'patient-number',
    SCORES.strong,
    [`${OF_PATIENT}(?:identification\\s{1,2}|record\\s{1,2})?${NO}`, 'id\\s{1,2}d[eo]\\s{1,2}paciente'],
    LONG_NUMBER,
    { check: needsDigits(4) },
  ),
  field(
    'date_of_birth',
    'field',
    SCORES.certain,
    [
      'd\\.?[o0]\\.?b\\.?',
      'date\\s{1,2}[o0]f\\s{1,2}birth',
      'birth\\s{0,2}date',
      'd\\.?n\\.?',
      'data\\s{1,2}(?:d[eo]\\s{1,2})?nasc(?:imento|\\.)?',
      'nascimento',
      'dt\\.?\\s?nasc\\.?',
      'nascid[oa](?:\\s{1,2}em)?',
      'fecha\\s{1,2}de\\s{1,2}nac(?:imiento|\\.)?',
    ],
    String.raw`(?:${WHOLE_DATE}|${NOISY}{1,2}[/.-]${NOISY}{1,2}[/.-]${NOISY}{2,4})`,
    { check: isDateEnough },
  ),
  field(
    'patient_name',
    'field',
    SCORES.strong,
    [
      `(?:patient|pat[1i]ent|pt\\.?)(?:[’']s)?\\s{1,2}(?:full\\s{1,2}|legal\\s{1,2}|last\\s{1,2}|first\\s{1,2})?name`,
      'name\\s{1,2}of\\s{1,2}(?:the\\s{1,2})?patient',
      'nome\\s{1,2}d[oa](?:\\(a\\))?\\s{1,2}paciente',
      'nombre\\s{1,2}del\\s{1,2}paciente',
      `(?:mother|father|spouse|husband|wife|guardian|parent|insured|subscriber|guarantor)(?:[’']s)?(?:\\s{1,2}(?:maiden\\s{1,2})?name)`,
      'maiden\\s{1,2}name',
      'next\\s{1,2}of\\s{1,2}kin',
      'emergency\\s{1,2}contact(?:\\s{1,2}(?:name|person))?',
      'policy\\s?holder(?:\\s{1,2}name)?',
      'responsible\\s{1,2}party',
      'nome\\s{1,2}da\\s{1,2}m[ãa]e',
      'nome\\s{1,2}social',
      'filia[çc][ãa]o',
    ],
    NAME,
    { needsColon: false },
  ),
  field(
    'patient_name',
    'name-field',
    SCORES.weak,
    [
      '(?:full\\s{1,2}|legal\\s{1,2}|first\\s{1,2}|last\\s{1,2}|middle\\s{1,2}|family\\s{1,2}|given\\s{1,2})?name(?:\\s\\((?:last, first|first, last)\\))?',
      'surname',
      'nome(?:\\s{1,2}completo)?',
      'patient',
      'pt\\.?',
      'paciente',
      'client',
      'resident',
      'insured',
      'subscriber',
      'guarantor',
      'guardian',
      'spouse',
      'respons[áa]vel',
    ],
    NAME,
    { needsColon: true, scoreInNote: SCORES.strong },
  ),
  field(
    'employer',
    'field',
    SCORES.weak,
    [
      'employer(?:\\s{1,2}name)?',
      'place\\s{1,2}of\\s{1,2}(?:work|employment)',
      'empregador',
      'local\\s{1,2}de\\s{1,2}trabalho',
    ],
    ANYTHING,
    { needsColon: true, scoreInNote: SCORES.strong },
  ),
  field(
    'date',
    'field',
    SCORES.likely,
    [
      'date\\s{1,2}of\\s{1,2}(?:admission|discharge|service|visit|exam(?:ination)?|surgery|procedure|operation|death|injury|consult(?:ation)?|appointment|onset|collection|dictation)',
      '(?:admission|admit|discharge|visit|service|exam|surgery|procedure|appointment|collection|encounter|death)\\s{1,2}date',
      'date\\s{1,2}(?:admitted|discharged|collected|seen)',
      'admitted',
      'discharged',
      'dos',
      'd\\.?o\\.?d\\.?',
      'next\\s{1,2}appointment',
      'data\\s{1,2}d[aeo]\\s{1,2}(?:consulta|interna[çc][ãa]o|admiss[ãa]o|alta|exame|cirurgia|[óo]bito|atendimento|coleta|entrada)',
      'internado\\s{1,2}em',
      'alta\\s{1,2}em',
    ],
    String.raw`(?:${WHOLE_DATE}|${DAY_AND_MONTH})`,
    { needsColon: true, scoreInNote: SCORES.strong },
  ),
  field('date', 'date-field', SCORES.faint, ['date', 'data', 'visit', 'seen'], WHOLE_DATE, {
    needsColon: true,
    scoreInNote: SCORES.likely,
  }),
  field(
    'age',
    'field',
    SCORES.likely,
    ['age', 'idade', `${OF_PATIENT}age`],
    String.raw`(?:9\d|1[01]\d)(?!\s?(?:%|mg|days|months|-\s?\d))(?:\s?(?:y|yrs?|years?|anos)(?:\s?old)?)?`,
    { needsColon: true, scoreInNote: SCORES.strong },
  ),
  field(
    'address',
    'field',
    SCORES.strong,
    [
      '(?:home|residential|street|patient|permanent|current|residence)\\s{1,2}address',
      'residence',
      'lives\\s{1,2}at',
      'endere[çc]o\\s{1,2}(?:residencial|d[oa]\\s{1,2}paciente)',
      'logradouro',
      'resid[êe]ncia',
      'domicilio',
    ],
    String.raw`(?=[^\n|]{0,60}\d)${ANYTHING}`,
    { needsColon: true },
  ),
  field(
    'address',
    'address-field',
    SCORES.weak,
    ['(?:mailing\\s{1,2})?address', 'addr\\.?', 'endere[çc]o', 'direcci[óo]n'],
    String.raw`(?=[^\n|]{0,60}\d)${ANYTHING}`,
    { needsColon: true, scoreInNote: SCORES.strong },
  ),
  field(
    'address',
    'place-field',
    SCORES.faint,
    [
      'city(?:/state(?:/zip)?)?',
      'city,? state(?:,? zip)?',
      'zip(?:\\s{1,2}code)?',
      'postal\\s{1,2}code',
      'postcode',
      'county',
      'cidade',
      'munic[íi]pio',
      'bairro',
      'naturalidade',
    ],
    String.raw`[\p{L}\d][^\n|\t:]{2,40}`,
    { needsColon: true, scoreInNote: SCORES.likely },
  ),
  field('address', 'cep', SCORES.faint, ['cep'], String.raw`\d{2}\.?\d{3}-?\d{3}`, { scoreInNote: SCORES.likely }),
  field(
    'phone',
    'own-field',
    SCORES.strong,
    [
      `(?:home|cell(?:ular)?|mobile|evening|daytime|work|day|emergency\\s{1,2}contact)\\s{0,2}(?:tele)?(?:phone|tel\\.?)${NO}?`,
      `${OF_PATIENT}(?:home\\s{1,2}|cell\\s{1,2})?(?:tele)?phone${NO}?`,
      'celular',
      'telem[óo]vel',
      'tel(?:efone)?\\.?\\s{1,2}(?:residencial|d[oa]\\s{1,2}paciente|para\\s{1,2}contato)',
      'whatsapp',
    ],
    PHONE,
    { needsColon: true, check: isOwnNumber },
  ),
  field('fax', 'field', SCORES.weak, [`fax${NO}?`, 'fac-?s[íi]mile'], PHONE, {
    scoreInNote: SCORES.strong,
    check: isOwnNumber,
  }),
  field(
    'phone',
    'field',
    SCORES.weak,
    [`(?:tele)?phone${NO}?`, 'ph\\.?', 'tel\\.?', 'telefone', 'fone', 'cell', 'mobile', 'contact'],
    PHONE,
    { needsColon: true, scoreInNote: SCORES.strong, check: isOwnNumber },
  ),
  field(
    'email',
    'field',
    SCORES.strong,
    [`${OF_PATIENT}e-?mail`, 'e-?mail\\s{1,2}d[oa]\\s{1,2}paciente'],
    String.raw`[\p{L}\d._%+-]{1,64}@[\p{L}\d.-]{3,60}`,
    { needsColon: true },
  ),
  field(
    'health_plan',
    'field',
    SCORES.strong,
    [
      `(?:member|subscriber|beneficiary|insurance|insured|policy|medicare|medicaid|medi-cal|health\\s{1,2}plan|plan\\s{1,2}member|insurance\\s{1,2}policy|insurance\\s{1,2}member|payer|certificate|enrollee)${NO}`,
      'mbi',
      'hicn',
      `cart[ãa]o\\s{1,2}(?:nacional\\s{1,2}d[ea]\\s{1,2}sa[úu]de|(?:d[oe]\\s{1,2})?sus)${NO}?`,
      `(?:n[úu]mero\\s{1,2}d[ao]\\s{1,2})?(?:carteirinha|carteira\\s{1,2}do\\s{1,2}conv[êe]nio)${NO}?`,
      `conv[êe]nio${NO}`,
      'ap[óo]lice',
    ],
    String.raw`(?:${MBI_SOURCE}|${LONG_NUMBER}|${IDENTIFIER})`,
    {
      check: (value, score) =>
        isCns(value) || new RegExp(`^${MBI_SOURCE}$`, 'u').test(value) ? SCORES.certain : needsDigits(4)(value, score),
    },
  ),
  field('health_plan', 'cns', SCORES.certain, ['cns'], String.raw`[12789]\d{2}[\s.]?\d{4}[\s.]?\d{4}[\s.]?\d{4}`, {
    check: (value, score) => (isCns(value) ? score : SCORES.weak),
  }),
  field('health_plan', 'group-field', SCORES.weak, [`group${NO}`, `grp${NO}`, `rx\\s?(?:bin|grp|pcn)`], SHORT_NUMBER, {
    needsColon: true,
    scoreInNote: SCORES.strong,
    check: needsDigits(4),
  }),
  field(
    'account',
    'field',
    SCORES.strong,
    [
      `(?:patient\\s{1,2}|billing\\s{1,2}|bank\\s{1,2}|hospital\\s{1,2}|checking\\s{1,2}|savings\\s{1,2})?(?:account|acct\\.?|acc)${NO}`,
      'acct',
      `(?:credit|debit)\\s{1,2}card${NO}?`,
      'iban',
      'conta\\s{1,2}corrente',
    ],
    String.raw`(?:${LONG_NUMBER}|${IDENTIFIER})`,
    { check: needsDigits(4) },
  ),
  field('licence', 'npi', SCORES.weak, [`npi${NO}?`], String.raw`[12]\d{9}`, {
    check: holding(isNpi),
    scoreInNote: SCORES.likely,
  }),
  field('licence', 'dea', SCORES.weak, [`dea${NO}?`], String.raw`[A-Za-z][A-Za-z9]\d{7}`, {
    check: holding(isDea),
    scoreInNote: SCORES.likely,
  }),
  field(
    'licence',
    'field',
    SCORES.strong,
    [`driver[’']?s?[’']?\\s{1,2}licen[cs]e${NO}?`, `d\\.?l\\.?${NO}`, `cnh${NO}?`],
    String.raw`(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { check: needsDigits(4) },
  ),
  // Of companies and doctors as easily, who print theirs.
  field(
    'licence',
    'any-field',
    SCORES.weak,
    [
      `(?:state\\s{1,2}|medical\\s{1,2}|nursing\\s{1,2}|professional\\s{1,2})?licen[cs]e${NO}`,
      'lic\\.?\\s?(?:#|no\\.?)',
      `crm(?:[-/ ]?[A-Z]{2})?`,
      `coren(?:[-/ ]?[A-Z]{2})?`,
    ],
    String.raw`(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { check: needsDigits(4), scoreInNote: SCORES.strong },
  ),
  field('national_id', 'cpf', SCORES.likely, [`cpf(?:/mf)?${NO}?`], String.raw`\d{3}\.?\d{3}\.?\d{3}\s?-?\s?\d{2}`, {
    check: holding(isCpf),
  }),
  field(
    'national_id',
    'field',
    SCORES.strong,
    [
      '(?:carteira\\s{1,2}de\\s{1,2}|c[ée]dula\\s{1,2}de\\s{1,2})?identidade',
      `passport${NO}?`,
      `passaporte${NO}?`,
      't[íi]tulo\\s{1,2}de\\s{1,2}eleitor',
      'pis(?:/pasep)?',
      'nif',
      `cart[ãa]o\\s{1,2}de\\s{1,2}cidad[ãa]o`,
      'ni\\s{1,2}number',
      'national\\s{1,2}(?:id|insurance)(?:\\s{1,2}(?:no\\.?|number))?',
      'itin',
      'curp',
      'dni',
    ],
    String.raw`(?:\d{1,2}\.\d{3}\.\d{3}-?[\dXx]|${IDENTIFIER}|${LONG_NUMBER})`,
    { check: needsDigits(4) },
  ),
  field('national_id', 'rg', SCORES.strong, [`rg${NO}?`], String.raw`\d{1,2}\.?\d{3}\.?\d{3}-?[\dXx]`),
  field('national_id', 'tax-field', SCORES.weak, [`(?:tax|taxpayer)${NO}`], LONG_NUMBER, {
    check: needsDigits(5),
    scoreInNote: SCORES.strong,
  }),
  field(
    'vehicle',
    'field',
    SCORES.strong,
    [
      `(?:licen[cs]e\\s{1,2}|number\\s{1,2}|vehicle\\s{1,2}|registration\\s{1,2})plate${NO}?`,
      `plate${NO}`,
      'placa(?:\\s{1,2}do\\s{1,2}(?:ve[íi]culo|carro))?',
      `vehicle\\s{1,2}(?:registration|tag|reg\\.?)${NO}?`,
    ],
    String.raw`(?=[^\n]{0,9}\d)[\p{L}\d]{1,4}[-\s·]?[\p{L}\d]{2,5}(?:[-\s]?\d{1,4})?`,
    { check: isPlate },
  ),
  field(
    'vehicle',
    'vin',
    SCORES.likely,
    [`vin${NO}?`, `vehicle\\s{1,2}identification${NO}`, 'chassi'],
    String.raw`[A-HJ-NPR-Za-hj-npr-z\d]{17}`,
    { check: holding(isVin) },
  ),
  field(
    'device',
    'field',
    SCORES.strong,
    [
      `(?:device\\s{1,2}|implant\\s{1,2}|pacemaker\\s{1,2}|pump\\s{1,2}|generator\\s{1,2}|lead\\s{1,2}|icd\\s{1,2})serial${NO}?`,
      `(?:device|implant)${NO}`,
      'udi',
    ],
    String.raw`(?:\(01\)\d{14}[()\p{L}\d]{0,40}|${IDENTIFIER}|${SHORT_NUMBER})`,
    { check: needsDigits(3) },
  ),
  field(
    'device',
    'serial-field',
    SCORES.weak,
    [`serial${NO}`, 's/n', 'sn', `n[úu]mero\\s{1,2}de\\s{1,2}s[ée]rie`, 'n[º°]\\s{1,2}de\\s{1,2}s[ée]rie'],
    String.raw`(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { check: needsDigits(3), scoreInNote: SCORES.strong },
  ),
  field(
    'ip',
    'field',
    SCORES.strong,
    [
      'ip(?:\\s{1,2}address)?',
      '(?:logged\\s{1,2}in|login|connected|accessed|access)\\s{1,2}from(?:\\s{1,2}ip)?(?:\\s{1,2}address)?',
      'endere[çc]o\\s{1,2}ip',
    ],
    String.raw`(?:(?:\d{1,3}\.){3}\d{1,3}|(?:[\da-f]{1,4}:){3,7}[\da-f]{1,4})`,
  ),
  field(
    'url',
    'field',
    SCORES.likely,
    [
      "(?:personal\\s{1,2}|patient(?:[’']s)?\\s{1,2})(?:web\\s?site|web\\s?page|blog|url|home\\s?page|profile)",
      '(?:facebook|instagram|linkedin|twitter|tiktok)(?:\\s{1,2}(?:profile|page|account|handle))?',
      'portal\\s{1,2}(?:link|url)',
    ],
    String.raw`(?:https?://|www\.)[^\s|)>\]]{4,120}|@[\p{L}\d._]{3,30}`,
    { scoreInNote: SCORES.strong },
  ),
  field(
    'other_id',
    'field',
    SCORES.weak,
    [
      `(?:encounter|visit|admission|case|claim|authorization|auth|referral|accession|specimen|sample|order|registration|study|subject|participant|enrol?lment|episode|csn|fin|har|requisition|confirmation|barcode|bed|wristband|prescription|rx|inmate|booking)${NO}`,
      'csn',
      'fin',
      'guia\\s{1,2}n[º°o]',
      'protocolo',
      'senha\\s{1,2}de\\s{1,2}autoriza[çc][ãa]o',
    ],
    String.raw`(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { scoreInNote: SCORES.strong, check: needsDigits(4) },
  ),
  field(
    'other_id',
    'person-field',
    SCORES.strong,
    [
      `(?:employee|badge|student|veteran|military|service\\s{1,2}member|dod|tribal|user)${NO}`,
      'user\\s?name',
      'screen\\s{1,2}name',
      'matr[íi]cula',
    ],
    String.raw`(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { needsColon: true, check: needsDigits(3) },
  ),
  field(
    'biometric',
    'field',
    SCORES.strong,
    [
      `(?:finger|thumb|voice|palm|retina|retinal|iris|face|facial|biometric)[- ]?(?:print|scan|template|recognition|geometry|vein|pattern)?(?:\\s{1,2}(?:scan|template|record|file|hash|sample|map|ref(?:erence)?))?${NO}`,
      `(?:biometria|impress[ãa]o\\s{1,2}digital)(?:\\s{1,2}${NO})?`,
    ],
    IDENTIFIER,
    { check: needsDigits(2) },
  ),
];
