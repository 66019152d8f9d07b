import { boundedPattern } from './bounded-pattern.js';

const B = String.raw`(?<![\p{L}\p{N}])`;
const E = String.raw`(?![\p{L}\p{N}])`;
const pattern = (sources: readonly string[], flags = 'iu') => boundedPattern(`${B}(?:${sources.join('|')})${E}`, flags);

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
export const PERSON_CUE = pattern([
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
export const PROFESSION_CUE = pattern([
  String.raw`et al|coauthors?|co-authors?|authors?|editors?|reviewers?|investigators?|professor|prof|lecturer|fellow|chair(?:man|woman|person)?|co-chair|director|president|secretary|minister|commissioner`,
  String.raw`ph\.?d|m\.?d|d\.o\.|mph|msc|mbbs|mbchb|bsc|frcp|frcs|facp|facc|faan|rn|np|pa-c|pharmd|dds|dmd`,
  String.raw`department of|university of|institute (?:of|for)|school of|college of|faculty of|division of|correspondence|affiliations?`,
  String.raw`described|discovered|coined|named after|named for|invented|first (?:reported|proposed|introduced|used)|pioneer|historian|philosopher|nobel|century|born in 1[0-8]\d\d`,
  String.raw`acknowledg(?:e|es|ed|ement|ements|ment|ments)|we thank|thanks to|like to thank|thanked|grateful to|conflicts? of interest|competing interests|funded|grant|committee|panel|working group|task force|stakeholders?|copyright|published|isbn|journal|press`,
  String.raw`act of|v\.|vs\.`,
]);

/** What only a note, a letter or a form about one patient says. Distinct ones are counted. */
const NOTE_CUES: readonly RegExp[] = [
  [String.raw`chief complaint|c/c|queixa principal|qp`],
  [String.raw`history of present(?:ing)? (?:illness|complaint)|hpi|hda|história da doença atual`],
  [String.raw`past (?:medical|surgical) history|pmhx?|pshx?|family history|social history|antecedentes`],
  [String.raw`review of systems|ros|physical exam(?:ination)?|exame físico|o/e|on examination`],
  [String.raw`assessment(?: and |\s?/\s?| & )plan|a/p|impression|conduta|hipótese diagnóstica`],
  [
    String.raw`(?:discharge|progress|clinic|nursing|operative|op|consult(?:ation)?|admission|triage|soap) (?:summary|note|report|instructions|letter|diagnosis)`,
  ],
  [
    String.raw`date of (?:admission|discharge|service|visit|exam|procedure|surgery|consultation|death)|admission date|discharge date|data da (?:consulta|internação|alta)`,
  ],
  [
    String.raw`attending|referring (?:physician|provider|doctor)|primary care (?:physician|provider)|pcp|electronically signed|dictated|transcribed`,
  ],
  [String.raw`bp:? ?\d{2,3}/\d{2,3}|hr:? ?\d{2,3}|spo2|pa:? ?\d{2,3}x\d{2,3}|vital signs|vitals|sinais vitais`],
  [String.raw`nkda|no known (?:drug )?allergies|allergies:|medications:|alergias|medicações em uso`],
  [String.raw`date of birth|dob|d\.o\.b\.|data de nascimento|mrn|medical record|ssn|prontuário|cpf`],
  [String.raw`(?:a|an)? ?\d{1,3}[- ]?(?:year|yr)[- ]old|\d{1,3} ?y/?o|\d{1,3} ?y\.o\.`],
  [String.raw`(?:the )?(?:patient|pt) (?:is|was|has|had|will|${PATIENT_VERBS})|(?:o|a) paciente`],
  [String.raw`follow(?:ing)?[- ]?up (?:in|with|appointment|visit)|return to (?:clinic|ed|er)|retorno em|rtc`],
  [
    String.raw`(?:insurance|insured|subscriber|member|policy|group) (?:id|no|number|#)|next of kin|emergency contact|responsible party|guarantor|convênio`,
  ],
  [
    String.raw`was (?:seen|admitted|discharged|brought|evaluated)|seen (?:today|in)|thank you for (?:referring|seeing)|atesto|encaminho|internad[oa]`,
  ],
].map((sources) => pattern(sources));

/** What a published text says of itself. */
const PUBLICATION_CUES: readonly RegExp[] = [
  [String.raw`doi|10\.\d{4,5}/`],
  [String.raw`et al`],
  [String.raw`pmid|pmcid|issn|isbn|clinicaltrials\.gov|nct\d{8}`],
  [String.raw`references|bibliography|referências|abstract|keywords|resumo|abstract:`],
  [String.raw`methods|results|conclusions?|background|objectives?|métodos|resultados|conclusão`],
  [String.raw`randomi[sz]ed|meta-analysis|systematic review|cohort|95 ?% ?ci|confidence interval|p ?[<=] ?0?\.\d`],
  [String.raw`guidelines?|recommendations?|we recommend|evidence|diretriz`],
  [
    String.raw`patients (?:with|who|were|should|aged|receiving)|pacientes com|people with|participants|children with|adults with`,
  ],
  [String.raw`copyright|all rights reserved|©|published`],
].map((sources) => pattern(sources));

/** Kinds of a text are told from its beginning: its head says what it is, and a book has every cue somewhere. */
const TELLING_CHARACTERS = 20_000;

/** Whether a text reads like a note, letter or form about one patient: more such cues than those of a publication. */
export function readsLikeNote(text: string): boolean {
  const head = text.slice(0, TELLING_CHARACTERS);
  const count = (cues: readonly RegExp[]) => cues.reduce((sum, cue) => sum + (cue.test(head) ? 1 : 0), 0);
  const notes = count(NOTE_CUES);
  return notes >= 2 && notes > count(PUBLICATION_CUES);
}
