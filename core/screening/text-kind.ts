import { cuePattern, PATIENT_VERBS } from './person-cues.js';

/**
 * What a text is. `record`: a note, letter, message, form or list about patients, in which a name that nothing makes a
 * professional's is a patient's. `published`: an article, a guideline, a leaflet, an agency's page. `open`: neither shows.
 */
export type TextKind = 'record' | 'published' | 'open';

interface Cue {
  readonly weight: 1 | 2;
  readonly form: RegExp;
}

const cue = (weight: Cue['weight'], ...sources: readonly string[]): Cue => ({ weight, form: cuePattern(sources) });

const PERSON = String.raw`\p{Lu}[\p{L}’'-]{1,24}`;

/** What records say. Each counts once; those of weight 2 are said by nothing else. */
const RECORD_CUES: readonly Cue[] = [
  // Notes by their headings.
  cue(1, String.raw`chief complaint|c/c|queixa principal|qp`),
  cue(1, String.raw`history of present(?:ing)? (?:illness|complaint)|hpi|hda|história da doença atual`),
  cue(1, String.raw`past (?:medical|surgical) history|pmhx?|pshx?|(?:family|social) history:|fhx?|shx?|antecedentes`),
  cue(1, String.raw`review of systems|ros|physical exam(?:ination)?:|exam:|exame físico|o/e|on examination`),
  cue(1, String.raw`assessment(?: and |\s?/\s?| & )plan|a/p|impression|conduta|hipótese diagnóstica`),
  cue(
    1,
    String.raw`(?:discharge|progress|clinic|nursing|operative|op|consult(?:ation)?|admission|triage|soap|transfer|office|home visit) (?:summary|note|report|instructions|letter|diagnosis)`,
    String.raw`evolução|nota de (?:alta|enfermagem|admissão)|(?:resumo|relatório) de alta|sumário de alta`,
  ),
  cue(
    1,
    String.raw`date of (?:admission|discharge|service|visit|exam|procedure|surgery|consultation|death)|(?:admission|discharge|exam) date|dates? of service|data da (?:consulta|internação|alta)`,
  ),
  cue(
    1,
    String.raw`attending|referring (?:physician|provider|doctor)|primary care (?:physician|provider)|pcp|electronically signed|dictat(?:ed|ing|ion)|transcribed`,
  ),
  cue(
    1,
    String.raw`bp:? ?\d{2,3}/\d{2,3}|hr:? ?\d{2,3}|spo2|pa:? ?\d{2,3}x\d{2,3}|t:? ?3\d[.,]\d|vital signs|vitals|sinais vitais`,
  ),
  cue(1, String.raw`nkda|no known (?:drug )?allergies|allergies:|medications:|alergias|medicações em uso`),
  cue(1, String.raw`date of birth|birthdate|dob|d\.o\.b\.|data de nascimento|mrn|medical record|ssn|prontuário|cpf`),
  cue(
    1,
    String.raw`(?:a|an)? ?\d{1,3}[- ]?(?:year|yr)[- ]old|\d{1,3} ?y/?o|\d{1,3} ?y\.o\.|\d{1,2} ?yr? ?[mf]|\d{2} ?[mf] (?:with|w/|c/o|here|s/p|who|presents|presenting|walked|hx|for)`,
  ),
  cue(
    1,
    String.raw`(?:the )?(?:patient|pt) (?:is|was|has|had|will|left|${PATIENT_VERBS})|(?:o|a) paciente|paciente (?:acordad|orientad|estável|segue|refere|nega|em|com)[\p{L}]{0,8}`,
  ),
  cue(
    1,
    String.raw`follow(?:ing)?[- ]?up (?:in|with|appointment|visit)|return to (?:clinic|ed|er)|returns? today|retorno em|rtc|next (?:visit|session|appointment)`,
  ),
  cue(
    1,
    String.raw`(?:insurance|insured|subscriber|member|policy|group|claim) (?:id|no|number|#)|next of kin|emergency contact|responsible party|guarantor|convênio`,
  ),
  cue(
    1,
    String.raw`was (?:seen|admitted|discharged|brought|evaluated)|seen (?:today|in (?:clinic|the (?:office|clinic|ed|emergency)))|left without being seen|against medical advice|encaminho|internad[oa]|pronounced(?: dead)?`,
  ),
  // Letters.
  cue(
    2,
    String.raw`dear (?:mr|mrs|ms|miss|mx)|prezad[oa] (?:sr|sra|senhora?)`,
    String.raw`(?:thank you|thanks) (?:very much |so much )?for (?:referring|seeing|sending|asking (?:me|us)|agreeing to|your (?:kind )?referral|involving)`,
    String.raw`i (?:saw|reviewed|met|examined|had the pleasure of (?:seeing|meeting)|would be grateful for your)|whom i (?:saw|met|have known)|pleasure (?:of|to) (?:seeing|meeting|see|meet)`,
    String.raw`encaminho (?:\p{Lu}|a paciente|o paciente|a sra|o sr|para)`,
  ),
  cue(
    1,
    String.raw`dear (?:dr|doctor|colleague|sir|madam|parent|${PERSON})|prezad[oa]s? (?:colega|doutora?|dra?)|to whom it may concern`,
  ),
  cue(
    1,
    String.raw`(?:yours )?sincerely|(?:kind|best|warm) regards|yours (?:truly|faithfully)|atenciosamente|cordialmente|respeitosamente`,
  ),
  cue(1, String.raw`re:|regarding:|ref:|subject:|assunto:`),
  // Certificates.
  cue(
    2,
    String.raw`please excuse|(?:was|is|has been) under (?:my|our) care|unable to (?:work|attend)|this is to certify|certif(?:y|ies) that|excused? from|atesto (?:para|que)|para os devidos fins|afastamento|declaro (?:para|que)`,
  ),
  // Consent of somebody.
  cue(
    2,
    String.raw`i,? [^.\n]{3,60}?,? (?:(?:hereby|do|voluntarily|freely) ){0,2}(?:consent|agree|authori[sz]e|give (?:my )?(?:consent|permission)|request|certify|declare|acknowledge|refuse|decline|understand)(?:s| to| that)?`,
    String.raw`eu,? [^.\n]{3,60}?,? (?:autorizo|declaro|concordo|consinto|recuso|abaixo assinad[oa])`,
    String.raw`i am the (?:parent|guardian|mother|father|spouse|son|daughter|caregiver) of|statement in support of`,
  ),
  cue(1, String.raw`my (?:signature|permission|consent|child|son|daughter)|signature on file|signed by|assinatura`),
  // Messages.
  cue(
    2,
    String.raw`(?:telephone|phone) (?:encounter|message|note|triage|contact)|caller:|call(?:ed)? ?back|callback|tc (?:to|from)|returned (?:the |her |his |their )?call|(?:left|taken) (?:a )?(?:message|voicemail|vm)|message (?:taken|routed|sent|left|forwarded)|spoke w/`,
    String.raw`(?:called|calling|phoned|calls) (?:the (?:office|clinic|ward|unit|practice) )?(?:asking|requesting|to ask|to request|to report|about|in |for a refill|for refill|because|with)|verbali[sz]ed understanding`,
    String.raw`(?:ligou|telefonou) |recado|telefone para (?:retorno|contato)|remarcar a consulta`,
  ),
  cue(
    1,
    String.raw`(?:text|reach|call) me|(?:wants|asks|needs|asking for|requests) (?:a )?refill|best number|sent from my`,
  ),
  cue(
    1,
    String.raw`today|yesterday|tomorrow|tonight|this (?:morning|afternoon|evening)|last night|overnight|hoje|ontem|amanhã`,
  ),
  cue(
    1,
    String.raw`\d{1,2}:\d{2} ?[ap]\.?m|\d{2}:\d{2}|[01]\d[0-5]\d(?: ?h| ?hrs)?:|2[0-3][0-5]\d:|at [012]\d[0-5]\d|\d{1,2}h(?:\d{2})?`,
  ),
  // Shifts.
  cue(
    2,
    String.raw`(?:handoff|report) received|received (?:report|handoff|in report)|shift (?:report|note|summary)|call (?:light|bell) (?:in|within) reach|bed alarm|plantão|evolução de enfermagem|no leito`,
  ),
  cue(
    1,
    String.raw`(?:day|night|evening) shift|side rails|ambulat(?:ed|ing|es)|voided|npo|post-?op(?:erative)? day|pod ?#?\d|alert and oriented|a&o ?x? ?\d|resting(?: (?:comfortably|quietly|in bed)|[.,;])|at (?:the )?bedside|family (?:at|updated|went|wants)|turned q|drain (?:out|removed|in place|output|\d)|foley (?:out|removed|in place|draining)|dressing (?:changed|clean|dry|intact)`,
    String.raw`acordad[oa]|contactuante|eupneic[oa]|aceitou (?:bem )?(?:a |o )?(?:dieta|desjejum|almoço)|em ar ambiente|acompanhante|leito \d`,
  ),
  cue(
    1,
    String.raw`pt(?:[’']s)?|c/o|s/p|f/u|h/o|y/o|b/l|prn|bid|tid|qid|qd|q\d{1,2}h|q hs|rlq|ruq|llq|luq|lmp|sob|ha|n/v|wnl|nad|rx|dx|hx|sx|tx|w/o`,
  ),
  cue(
    2,
    String.raw`bed \d{1,3}|(?:rm|room) \d{2,4}|to room \d{1,3}|leito \d{1,3}`,
    String.raw`(?:bed|room|rm|leito|quarto)\s{0,3}[|\t]\s{0,3}(?:patient|name|paciente|nome|resident)`,
  ),
  // Where somebody is fetched, visited, brought.
  cue(
    2,
    String.raw`dispatched to|crew arrived|ambulance (?:report|crew|run)|on (?:our|ems|crew) arrival|pt transported|visited at home|home visit|lives alone|(?:sw|social work(?:er)?) met|armband|arm ?band|wristband|pick(?:ed)? up at|chair time|wheelchair van`,
    String.raw`found (?:the )?(?:patient|pt|male|female|him|her|down|unresponsive|on the (?:floor|ground|bathroom|kitchen|stairs))`,
  ),
  // Theatre, laboratory, X-ray, pharmacy, bills.
  cue(
    1,
    String.raw`(?:pre|post)-?operative diagnosis|estimated blood loss|ebl|placed (?:in the )?supine|prepped and draped|tolerated (?:the procedure|it|well)|to pacu|under (?:general|local|spinal) ana?esthesia|brought to the operating room`,
  ),
  cue(1, String.raw`findings:|impression:|technique:|comparison:|indication:|laudo|conclusão:`),
  cue(
    1,
    String.raw`specimens?:|(?:coll|collected|rcvd|received):? \d|received in formalin|gross description|microscopic:|margins? (?:are |is )?(?:free|clear|negative)|acc(?:ession)?(?: ?(?:no|#|number))?[.:]`,
  ),
  cue(1, String.raw`(?:m?mol/l|mg/dl|g/dl|u/l|iu/l|k/ul|meq/l) ?(?:\([\d.,– -]{3,14}\))? ?(?:h|l|high|low)`),
  cue(2, String.raw`qty:? ?\d{1,4}|refills?:? ?\d|rx ?#:? ?\d{3,12}|dispense:? ?#? ?\d|sig:`),
  cue(
    2,
    String.raw`notice of denial|explanation of benefits|(?:prior )?authorization (?:approved|denied|number)|claim(?: no| number| #)?:|amount due|please pay|balance due|statement of account|insurance paid|statement date`,
  ),
  cue(1, String.raw`your (?:plan|claim|appeal|request|account|bill)|guarantor|subscriber|member:|policyholder`),
  // Said to the patient.
  cue(
    2,
    String.raw`your (?:recent|latest|last) (?:visit|test|tests|results?|labs?|scan|mammogram|colonoscopy|biopsy|surgery|blood (?:test|work)|x-?ray|mri|ct|appointment|procedure|stay|admission)|your (?:results?|labs?|biopsy|scan|mammogram|pathology|cholesterol|a1c|thyroid level|blood (?:test|count|work)|x-?ray|mri) (?:is|are|was|were|came|show|shows|showed|came back)|we (?:will )?(?:see|saw|look forward to seeing) you (?:on|in|at|again)|going home after your`,
  ),
  cue(
    1,
    String.raw`you were (?:in the hospital|admitted|seen|treated|hospitali[sz]ed|discharged|here)|(?:he|she) (?:may|can|is fit to) return to (?:work|school|class|duty)`,
  ),
  // Lists of the day.
  cue(
    1,
    String.raw`no show|wound check|post[- ]op|f/u|med refill|recheck|visita da enfermaria|ward (?:list|round)|(?:mon|tues|wednes|thurs|fri)day clinic|clinic list|censo|alta amanhã`,
  ),
  cue(
    1,
    String.raw`intake (?:form|note|assessment|interview)|(?:new )?patient intake|registration form|face ?sheet|reason for (?:visit|referral)|referred (?:by|for)|motivo d[ao]`,
  ),
  // Somebody's story in the first person, and one person all along.
  cue(
    1,
    String.raw`my (?:mother|father|mom|dad|wife|husband|son|daughter|grandmother|grandfather|brother|sister|partner|rash|doctor told)`,
  ),
  cue(
    1,
    String.raw`(?:he|she|pt|patient|mom|wife|husband|son|daughter) (?:is|was|will be|has been|had been)? ?(?:understands?|denies|denied|says|said|states|stated|reports|tearful|anxious|calling|aware|agrees|agreed|wants|would like|notified|updated|tolerat(?:ed|ing|es)|recovering|sleeping|eating|crying)`,
  ),
  cue(
    1,
    String.raw`we (?:discussed|talked|agreed|spoke|practi[cs]ed)|i (?:have |had )?(?:explained|discussed|recommended|advised|spoke|counsell?ed|asked|reviewed)|met with|will refer|will call|please arrange`,
  ),
  cue(1, String.raw`\d{1,2}\+\d|\d{1,2} ?/ ?40|g\dp\d|(?:first|second|third) baby|due date`),
  cue(1, String.raw`contractions (?:every|since)|fetal heart|membranes (?:are )?(?:intact|ruptured)|fundal height`),
  cue(
    1,
    String.raw`(?:two|three|\d)-step commands|goals for (?:next|this) (?:week|session)|nectar thick|bitewings|tooth \d|implant(?:ed)? (?:record|card|log)`,
  ),
  cue(
    1,
    String.raw`given with (?:relief|good effect)|(?:mg|mcg|units|ml) (?:po |iv |im |sc )?given|given (?:at|iv|po|per)|medicad[oa]`,
  ),
];

/** What published texts say of themselves, and the voice of those who advise everybody. */
const PUBLICATION_CUES: readonly Cue[] = [
  cue(1, String.raw`doi|10\.\d{4,5}/`),
  cue(1, String.raw`et al`),
  cue(
    1,
    String.raw`discussion|case:|case (?:presentation|description)|literature|limitations|learning points?|should be (?:considered|suspected)`,
  ),
  cue(1, String.raw`pmid|pmcid|issn|isbn|clinicaltrials\.gov|nct\d{8}|isrctn\d{8}`),
  cue(1, String.raw`references|bibliography|referências|abstract|keywords|resumo|abstract:|descritores`),
  cue(1, String.raw`methods|results:|conclusions?|background|objectives?|métodos|resultados|conclusão`),
  cue(
    1,
    String.raw`randomi[sz]ed|meta-analysis|systematic review|cohort|95 ?% ?ci|confidence interval|p ?[<=] ?0?\.\d`,
  ),
  cue(1, String.raw`guidelines?|recommendations?|we recommend|evidence|diretriz`),
  cue(
    1,
    String.raw`patients (?:with|who|were|should|aged|receiving)|pacientes com|people (?:with|who)|participants|children with|adults with|women with|men with`,
  ),
  cue(1, String.raw`copyright|all rights reserved|©|published`),
  cue(
    1,
    String.raw`(?:should|must|may|can) (?:be (?:considered|offered|given|used|avoided|treated|referred|examined|assessed)|not be|receive|undergo|consider|include)|(?:if|when|ask|tell|help|advise|offer|refer) (?:the|a|an|your) (?:patient|child|person|caller|woman)`,
  ),
  cue(
    1,
    String.raw`(?:your|a|the) (?:doctor|health care (?:provider|professional)|nurse|pharmacist) (?:may|will|can|should|might)|(?:ask|tell|call|talk to|see) your (?:doctor|nurse|pharmacist|health care)`,
  ),
  cue(
    1,
    String.raw`(?:many|most|some) (?:people|children|women|men|patients|persons|cases)|people (?:can|may|often|usually)|health care (?:provider|team|professional)s?`,
  ),
  cue(
    1,
    String.raw`is (?:a|an) (?:\p{L}{3,14} )?(?:disease|condition|disorder|procedure|test|infection|medicine|drug|syndrome)|symptoms (?:may )?include|what (?:is|are|causes)|(?:can|may) (?:cause|include|help|also|lead)|risk factors?|is (?:indicated|contraindicated|caused by)`,
  ),
  cue(
    1,
    String.raw`toll[- ]free|tty:?|internet:|clearinghouse|web ?site:?|office hours|customer service|contact us|to (?:learn|find out) more`,
  ),
  cue(
    1,
    String.raw`(?:informed )?consent (?:for publication|was obtained|was waived)|(?:ethics committee|institutional review board|irb)|case report|proband|we (?:report|present|describe) (?:a|the|an) (?:case|patient)|differential diagnosis`,
  ),
  cue(
    1,
    String.raw`working group|task force|guideline (?:panel|committee)|board of directors|annual meeting|press (?:contact|release|office)|for more information|visit (?:our|the) web ?site|principal investigator|study coordinator`,
  ),
];

/** Kinds of a text are told from its beginning: its head says what it is, and a book has every cue somewhere. */
const TELLING_CHARACTERS = 6_000;
/** Every so many characters a record has one more: a long leaflet says `the patient is` somewhere. */
const CHARACTERS_A_CUE = 2_500;
/** Records have two cues at least; two of a publication keep a text that has as many of a record from being one. */
const ENOUGH = 2;

export function textKind(text: string): TextKind {
  const { record, published } = weighCues(text);
  const needed = ENOUGH + Math.floor(Math.min(text.length, TELLING_CHARACTERS) / CHARACTERS_A_CUE);
  if (record >= needed && record > published) return 'record';
  return published >= ENOUGH ? 'published' : 'open';
}

export function weighCues(text: string): { record: number; published: number } {
  const head = text.slice(0, TELLING_CHARACTERS);
  const weigh = (cues: readonly Cue[]) =>
    cues.reduce((sum, { weight, form }) => sum + (form.test(head) ? weight : 0), 0);
  return { record: weigh(RECORD_CUES), published: weigh(PUBLICATION_CUES) };
}
