import { boundedPattern } from '../bounded-pattern.js';
import { isCns, isCpf, isDea, isNpi, isVin, MBI_SOURCE } from '../check-digits.js';
import { HYPHEN } from '../labelled-values.js';
import { SCORES } from '../scores.js';
import { type Field, field } from './field.js';
import {
  IDENTIFIER,
  LONG_NUMBER,
  NO,
  NOISY,
  OF_PATIENT,
  SHORT_NUMBER,
  holding,
  isPlate,
  needsDigits,
} from './field-forms.js';

const IS_MBI = boundedPattern(`^${MBI_SOURCE}$`, 'u');

/** What somebody is numbered by, behind labels that say so. Labels that mean other things elsewhere: `record-words.ts`. */
export const NUMBER_FIELDS: readonly Field[] = [
  field(
    'ssn',
    'field',
    SCORES.certain,
    ['s\\.?s\\.?n\\.?', '5SN', `social\\s{1,3}security${NO}?`, 'ss\\s?#'],
    String.raw`${NOISY}{3}(?:${HYPHEN}|\s|\.)?${NOISY}{2}(?:${HYPHEN}|\s|\.)?${NOISY}{4}`,
    { check: needsDigits(6) },
  ),
  field(
    'mrn',
    'field',
    SCORES.certain,
    [
      `m\\.?r\\.?n\\.?${NO}?`,
      `med(?:ical|\\.)?\\s{0,2}rec(?:ord|\\.)?s?${NO}`,
      `(?:hospital|chart|clinic)${NO}`,
      'mr\\s?#',
      `(?:n[úu]mero d[eo] |n[º°o.]{1,2}\\s{0,2}(?:d[eo] )?)?prontu[áa]rio${NO}?`,
      `nhs${NO}`,
      'registro (?:hospitalar|geral do paciente)',
    ],
    SHORT_NUMBER,
    { check: needsDigits(3) },
  ),
  field(
    'mrn',
    'patient-number',
    SCORES.strong,
    [`${OF_PATIENT}(?:identification |record )?${NO}`, 'id d[eo] paciente'],
    LONG_NUMBER,
    { check: needsDigits(4) },
  ),
  field(
    'health_plan',
    'field',
    SCORES.strong,
    [
      `(?:member|subscriber|beneficiary|insurance|insured|policy|medicare|medicaid|medi-cal|health plan|plan member|insurance policy|insurance member|payer|certificate|enrollee)${NO}`,
      'mbi',
      'hicn',
      `cart[ãa]o (?:nacional d[ea] sa[úu]de|(?:d[oe] )?sus)${NO}?`,
      `(?:n[úu]mero d[ao] )?(?:carteirinha|carteira do conv[êe]nio)${NO}?`,
      `conv[êe]nio${NO}`,
      'ap[óo]lice',
    ],
    String.raw`(?:${MBI_SOURCE}|${LONG_NUMBER}|${IDENTIFIER})`,
    {
      check: (value) => (isCns(value) || IS_MBI.test(value) ? SCORES.certain : needsDigits(4)(value)),
    },
  ),
  field('health_plan', 'cns', SCORES.weak, ['cns'], String.raw`[12789]\d{2}[\s.]?\d{4}[\s.]?\d{4}[\s.]?\d{4}`, {
    check: holding(isCns),
  }),
  field('health_plan', 'group-field', SCORES.weak, [`group${NO}`, `grp${NO}`, 'rx\\s?(?:bin|grp|pcn)'], SHORT_NUMBER, {
    needsColon: true,
    scoreInNote: SCORES.strong,
    check: needsDigits(4),
  }),
  field(
    'account',
    'field',
    SCORES.strong,
    [
      `(?:patient |billing |bank |hospital |checking |savings )?(?:account|acct\\.?|acc)${NO}`,
      'acct',
      `(?:credit|debit) card${NO}?`,
      'iban',
      'conta corrente',
    ],
    `(?:${LONG_NUMBER}|${IDENTIFIER})`,
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
    [`driver[’']?s?[’']? licen[cs]e${NO}?`, `d\\.?l\\.?${NO}`, `cnh${NO}?`],
    `(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { check: needsDigits(4) },
  ),
  // Of companies and doctors as easily, who print theirs.
  field(
    'licence',
    'any-field',
    SCORES.weak,
    [`(?:state |medical |nursing |professional )?licen[cs]e${NO}`, 'lic\\.?\\s?(?:#|no\\.?)'],
    `(?:${IDENTIFIER}|${SHORT_NUMBER})`,
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
      '(?:carteira de |c[ée]dula de )?identidade',
      `passport${NO}?`,
      `passaporte${NO}?`,
      't[íi]tulo de eleitor',
      'pis(?:/pasep)?',
      'nif',
      'cart[ãa]o de cidad[ãa]o',
      'ni number',
      'national (?:id|insurance)(?: (?:no\\.?|number))?',
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
    isOfCompanies: true,
    scoreInNote: SCORES.strong,
  }),
  field(
    'vehicle',
    'field',
    SCORES.strong,
    [
      `(?:licen[cs]e |number |vehicle |registration )plate${NO}?`,
      `plate${NO}`,
      'placa(?: do (?:ve[íi]culo|carro))?',
      `vehicle (?:registration|tag|reg\\.?)${NO}?`,
    ],
    String.raw`(?=[^\n]{0,9}\d)[\p{L}\d]{1,4}[-\s·]?[\p{L}\d]{2,5}(?:[-\s]?\d{1,4})?`,
    { check: isPlate },
  ),
  field(
    'vehicle',
    'vin',
    SCORES.likely,
    [`vin${NO}?`, `vehicle identification${NO}`, 'chassi'],
    String.raw`[A-HJ-NPR-Za-hj-npr-z\d]{17}`,
    { check: holding(isVin) },
  ),
  field(
    'device',
    'field',
    SCORES.strong,
    [`(?:device |implant |pacemaker |pump |generator |lead |icd )serial${NO}?`, `(?:device|implant)${NO}`, 'udi'],
    String.raw`(?:\(01\)\d{14}[()\p{L}\d]{0,40}|${IDENTIFIER}|${SHORT_NUMBER})`,
    { check: needsDigits(3) },
  ),
  field(
    'device',
    'serial-field',
    SCORES.weak,
    [`serial${NO}`, 's/n', 'sn', 'n[úu]mero de s[ée]rie', 'n[º°] de s[ée]rie'],
    `(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { check: needsDigits(3), scoreInNote: SCORES.strong },
  ),
  field(
    'other_id',
    'field',
    SCORES.weak,
    [
      `(?:encounter|visit|admission|case|claim|authorization|auth|referral|accession|specimen|sample|order|registration|study|subject|participant|enrol?lment|episode|csn|fin|har|requisition|confirmation|barcode|bed|wristband|prescription|rx|inmate|booking)${NO}`,
      'csn',
      'fin',
      'guia n[º°o]',
      'protocolo',
      'senha de autoriza[çc][ãa]o',
    ],
    `(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { scoreInNote: SCORES.strong, check: needsDigits(4) },
  ),
  // Only care has encounters and wristbands.
  field(
    'other_id',
    'care-field',
    SCORES.likely,
    [`(?:encounter|wristband|(?:hospital )?episode|inpatient|atendimento)${NO}`, 'n[úu]mero d[oe] atendimento', 'csn'],
    `(?:${IDENTIFIER}|${LONG_NUMBER})`,
    { scoreInNote: SCORES.strong, check: needsDigits(5) },
  ),
  field(
    'other_id',
    'person-field',
    SCORES.strong,
    [
      `(?:employee|badge|student|veteran|military|service member|dod|tribal|user)${NO}`,
      'user\\s?name',
      'screen name',
      'matr[íi]cula',
    ],
    `(?:${IDENTIFIER}|${SHORT_NUMBER})`,
    { needsColon: true, check: needsDigits(3) },
  ),
  field(
    'biometric',
    'field',
    SCORES.strong,
    [
      `(?:finger|thumb|voice|palm|retina|retinal|iris|face|facial|biometric)[-\\s]?(?:print|scan|template|recognition|geometry|vein|pattern)?(?: (?:scan|template|record|file|hash|sample|map|ref(?:erence)?))?${NO}`,
      `(?:biometria|impress[ãa]o digital)(?: ${NO})?`,
    ],
    IDENTIFIER,
    { check: needsDigits(2) },
  ),
];
