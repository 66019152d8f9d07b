import { boundedPattern } from '../bounded-pattern.js';
import { cuePattern } from '../person-cues.js';

const words = (...sources: readonly string[]) => cuePattern(sources, 'giu');

/**
 * What the words around a name may say of it. None of them decides: how much each counts, close by, in the sentences around
 * and in the text as a whole, is fitted to labelled sets (`judge-weights.ts`). Kinds of words, not turns of phrase.
 */
export const CARE_SIGNS: Readonly<Record<string, RegExp>> = {
  thirdPerson: words('he|she|his|her|him|hers|ele|ela|dele|dela|seu|sua'),
  firstPerson: words('i|we|my|our|me|us|eu|nós|meu|minha'),
  secondPerson: words('you|your|você'),
  age: words(String.raw`\d{1,3}[\s-]{0,2}(?:y/?o|yrs?|years?|anos|yo|f|m)`, String.raw`aged \d{1,3}`),
  onePatient: words(
    "(?:the|this|our|a|o|my) (?:patient|pt|paciente|child|lady|man|woman|gentleman|boy|girl|baby|senhora?|utente|doente)|pt|patient[’']?s",
  ),
  manyPatients: words('patients|people|women|men|children|adults|participants|pacientes|doentes|cases|individuals'),
  kin: words(
    String.raw`wife|husband|mother|father|mum|mom|dad|son|daughter|sister|brother|aunt|uncle|grand\p{L}{2,9}|partner|neighbou?rs?|esposa|marido|mãe|pai|filh[oa]|irmã|irmão|net[oa]|sobrinh[oa]|avó`,
  ),
  role: words(
    String.raw`dr|prof|professor|doctor|sir|dame|dra|doutora?|nurse|sister|matron|minister|senator|mayor|president|director|chair\p{L}{0,8}|editor|author|surgeon|physician|consultant|registrar|artist|writer|scientist|chemist|journalist|commissioner|secretári[oa]|ministr[oa]|diretora?|coordenadora?|enfermeir[oa]`,
  ),
  title: words('mr|mrs|ms|miss|mx|sra?|dona'),
  degree: boundedPattern(
    String.raw`(?<![\p{L}\p{N}])(?:MD|PhD|MSc|MPH|RN|FRCP|FRCS|MRCP|MBBS|DO|NP|CRM|COREN)(?![\p{L}\p{N}])`,
    'gu',
  ),
  speech: boundedPattern(
    String.raw`(?<![\p{L}])(?:said|says|wrote|writes|told|announced|argued|declared|commented|disse|afirmou)(?![\p{L}])|["“”]`,
    'giu',
  ),
  institution: words(
    'university|department|institute|college|school|hospital|society|foundation|journal|press|committee|council|association|trust|universidade|ministério|secretaria|programme|board|fund|award|prize|museum|commission',
  ),
  citation: boundedPattern(
    String.raw`et al|(?<![\p{L}])doi(?![\p{L}])|\(\d{4}\)|;\s?\d{1,3}\s?[:(]|(?<![\p{L}])vol(?![\p{L}])|isbn|references|pp\.`,
    'giu',
  ),
  thanks: words(String.raw`thank\p{L}{0,5}|grateful|acknowledg\p{L}{1,8}|funded|grant|agradec\p{L}{1,8}`),
  year: words(String.raw`1[5-9]\d\d|20[01]\d`),
  life: words(
    'born|century|discovered|founded|pioneer|invented|named after|described|war|died in|biography|memoir|novel|book|chapter|film|museum|nasceu em',
  ),
  dose: boundedPattern(
    String.raw`(?<![\p{L}\p{N}])\d{1,6}(?:\.\d{1,4})?\s?(?:mg|mcg|ml|units?|g|mmol|kg|mmhg|%|/\d{1,4})`,
    'giu',
  ),
  clinical: words(
    String.raw`pain|fever|cough|scan|mri|ct|x-?ray|blood|wound|dose|tablets?|ward|clinic|admitted|discharge\p{L}{0,3}|surgery|biopsy|diagnos\p{L}{1,6}|referr\p{L}{1,5}|tumou?r|cancer|infection|symptom\p{L}{0,8}|bed|drain|dressing|inhaler|insulin|pressure|dor|febre|exame|cirurgia|alta|consulta|curativo|internad[oa]|pulse|sats?|oxygen|stent|scar|breath\p{L}{0,6}|sleep\p{L}{0,4}|walk\p{L}{0,4}|eat\p{L}{0,4}|weight|creatinine|potassium|sodium|h?a?emoglobin|hb|crp|egfr`,
  ),
  plan: words(
    String.raw`review\p{L}{0,4}|follow[- ]?up|clinic|tomorrow|today|yesterday|this morning|tonight|next week|last week|weeks|months|started|stopped|switch\p{L}{0,4}|continue\p{L}{0,4}|refer|repeat|book\p{L}{0,4}|ring|amanhã|hoje|ontem|retorno|plan`,
  ),
  deed: words(
    "has|had|was|is|lives|takes|took|came|comes|asks|asked|wants|feels|felt|denies|reports|says|needs|tolerated|understands|still|cannot|can[’']t|refuses|prefers|walked|slept|refere|nega|mora|está|foi|tem|cuida|vem",
  ),
  advice: words('should|must|may|can|will be|recommended|deve|devem|pode|podem'),
  letter: boundedPattern(
    String.raw`(?<![\p{L}])(?:dear|regards|sincerely|re:|yours|prezad[oa]|atenciosamente|cumprimentos)`,
    'giu',
  ),
  label: boundedPattern(String.raw`(?<![\p{L}\p{N}])\p{Lu}[\p{L} .#]{1,18}:`, 'gu'),
  product: words(
    String.raw`inc|ltd|llc|gmbh|pharma\p{L}{0,10}|product|model|device|lot|batch|recall|manufactur\p{L}{1,6}|brand|trademark|system|version`,
  ),
  home: words(
    String.raw`lives?|living|home|house|flat|neighbou?rs?|address|moved|resid\p{L}{1,6}|deliver\p{L}{0,4}|send|post(?:ed)?|collect\p{L}{0,4}|visit\p{L}{0,4}|mora|reside|casa|endereço`,
  ),
  office: boundedPattern(
    String.raw`(?<![\p{L}])(?:office|headquarters|tel|phone|fax|www|https?|e?mail|contact|suite|write to|comments|opening hours|telefone|atendimento|museum|conference|venue|registered)(?![\p{L}])`,
    'giu',
  ),
};
