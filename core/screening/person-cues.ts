import { boundedPattern } from './bounded-pattern.js';

/** Neither side of a cue touches a letter or digit. */
const B = String.raw`(?<![\p{L}\p{N}])`;
const E = String.raw`(?![\p{L}\p{N}])`;
export const cuePattern = (sources: readonly string[], flags = 'iu') =>
  boundedPattern(`${B}(?:${sources.join('|')})${E}`, flags);

/** Verbs of which a patient is the subject, in notes and letters. */
export const PATIENT_VERBS =
  'presents|presented|complains|complained|complaining|denies|denied|reports|reported|states|stated|endorses|endorsed|' +
  'tolerated|underwent|admitted|readmitted|hospitali[sz]ed|discharged|diagnosed|referred|transferred|' +
  'seen|evaluated|examined|brought|lives|lived|resides|smokes|drinks|works|worked|takes|feels|felt|developed|arrived|called|returned|returns|' +
  'weighs|recovered|improved|died|expired|suffered|suffers|consented|required|requires|requested|experienced|received|' +
  'refere|relata|relatou|nega|negou|apresenta|apresentou|queixa|internad[oa]|admitid[oa]|encaminhad[oa]|reside|mora|evoluiu|compareceu|recebeu|deu';

/**
 * Words that speak of one person in care. `patients` in the plural speak of a cohort, and are no cue: published medicine is
 * about them.
 */
export const PERSON_CUE = cuePattern([
  String.raw`\d{1,3}[- ]?(?:year|yr|month|week|day)s?[- ]old`,
  String.raw`\d{1,3}\s?y[/.]?o\.?`,
  String.raw`\d{1,3}\s?(?:anos|a) de idade`,
  String.raw`\d{2}\s?anos`,
  String.raw`(?:the|this|our|my|your|a|o|a)\s(?:patient|paciente|pt)`,
  String.raw`(?:patient|pt|paciente)\s(?:is|was|has|had|will|foi|está|${PATIENT_VERBS})|internad[oa]|atesto|participant|subject`,
  String.raw`he|she|his|her|hers|him|ele|ela|dele|dela`,
  String.raw`(?:mother|father|mom|dad|wife|husband|spouse|partner|son|daughter|sister|brother|aunt|uncle|niece|nephew|grandmother|grandfather|grandson|granddaughter|guardian|caregiver|neighbou?r|friend|roommate|fianc[ée]e?)`,
  String.raw`(?:mãe|pai|esposa|esposo|marido|filh[oa]|irmã|irmão|avó|avô|net[oa]|ti[oa]|vizinh[oa]|companheir[oa]|responsável)`,
  String.raw`(?:follow-?\s?up|next of kin|emergency contact|chief complaint|appointment|(?:lab|test|biopsy|mri|ct|x-ray) results?|voicemail|prescriptions?)`,
  String.raw`(?:mr|mrs|ms|mx|miss|sr|sra|srta|dona|señora?)\.?`,
]);

/**
 * Words that make a name one of the profession, of literature or of history. A name near them is published on purpose:
 * authors, committees, discoverers, contacts of an agency.
 */
export const PROFESSION_CUE = cuePattern([
  String.raw`et al|coauthors?|co-authors?|authors?|editors?|reviewers?|investigators?|professor|prof|lecturer|fellow|chair(?:man|woman|person)?|co-chair|director|president|secretary|minister|commissioner`,
  String.raw`ph\.?d|m\.?d|d\.o\.|mph|msc|mbbs|mbchb|bsc|frcp|frcs|facp|facc|faan|rn|np|pa-c|pharmd|dds|dmd`,
  String.raw`department of|university of|institute (?:of|for)|school of|college of|faculty of|division of|correspondence|affiliations?`,
  String.raw`described|discovered|coined|named after|named for|invented|first (?:reported|proposed|introduced|used)|pioneer|historian|philosopher|nobel|century|born in 1[0-8]\d\d`,
  String.raw`acknowledg(?:e|es|ed|ement|ements|ment|ments)|we thank|thanks to|like to thank|thanked|grateful to|conflicts? of interest|competing interests|funded|grant|committee|panel|working group|task force|stakeholders?|copyright|published|isbn|journal|press`,
  String.raw`act of|v\.|vs\.`,
]);
