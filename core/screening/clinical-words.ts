import { boundedPattern } from './bounded-pattern.js';

/** Words of the care of bodies, by their beginnings; English and Portuguese. Publications have them as well. */
const CLINICAL = boundedPattern(
  String.raw`(?<![\p{L}])(?:` +
    // what is felt and seen
    'pain|ache|fever|febr|cough|nause|vomit|dizz|vertig|dyspn|breath|wheez|rash|hives|swell|edema|oedema|wound|bleed|bruis|fractur|falls?|sprain|burn|seizure|faint|syncop|palpitat|headach|cramp|itch|numb|tingl|weak|fatigue|tired|sleep|appetite|weight|cramps|diarrh|constipat|melena|h[ae]maturia|jaundic|chills|swallow|hearing|vision|gait|tremor|confus|anxious|anxiety|depress|tearful|suicid|pregnan|miscarriage|contraction|labou?r|cesarean|birth|infect|abscess|cellulit|pneumon|asthma|copd|diabet|hypertens|stroke|cancer|tumou?r|carcinom|melanom|lymphom|leuk|heart|kidney|liver|lung|sclerosis|arthrit|gout|bite|tetan|abdom|belly|stomach|chest|skin|knee|hip|shoulder|ankle|wrist|elbow|throat|tooth|teeth|dental|bowel|bladder|joint|migrain|epilep|dement|' +
    // what is done and measured
    'exam|scan|mri|ct|x-?ray|ultrasound|echo|ecg|ekg|holter|biops|surg|operat|endoscop|colonoscop|dialys|radiat|chemo|transfus|transplant|implant|catheter|stent|suture|dressing|splint|cast|brace|inject|infus|vaccin|immuniz|blood|urine|culture|sodium|potassium|creatinin|glucose|h[ae]moglobin|platelet|bilirubin|troponin|cholesterol|a1c|inr|tsh|vitamin|weigh|temp|pulse|pressure|oxygen|sat|apgar|hr|bp|rehab|therap|walker|wheelchair|crutch|hospice|palliat|recover|waiting list|' +
    // what is taken
    'mg|mcg|ml|units|tablet|pill|dose|capsule|refill|prescri|insulin|aspirin|warfarin|prednis|metformin|furosemid|antibiotic|medic|tid|bid|prn|inhaler|steroid|ibuprofen|acetaminophen|paracetamol|morphin|oxycod|anesth|anaesth|' +
    // who and where
    'nurs|doctor|clinic|hospital|ward|icu|surgery|practice|physician|midwife|patient|pt|discharg|admit|admission|appointment|follow-?up|referr|diagnos|symptom|treat|consult|emergency|ambulance|ems|pharmac|insurance|dx|rx|hx|eval|' +
    // Portuguese
    'dor|dores|tosse|n[áa]usea|v[ôo]mit|tontur|dispneia|falta de ar|queda|fratura|ferida|curativo|incha|sangr|cefale|enxaqueca|exame|cirurgi|consulta|retorno|alta|internad|receita|comprimid|paciente|enfermag|enferm|m[ée]dic|press[ãa]o|glic|insulin|gesta|parto|beb[êe]|doutora?|pronto-socorro|rem[ée]dio|hemoglobin|' +
    String.raw`[a-z]{3,9}(?:pril|olol|statin|mycin|cillin|azole|sartan|mab|zepam|triptyline|oxetine|prazole|dipine|gliptin|floxacin|parin|xaban|cycline|fumarate))\p{L}{0,12}(?![\p{L}])`,
  'giu',
);

/** Whether a text speaks of care: this many different beginnings of such words. */
const ENOUGH = 2;

/** What offices, makers and registries print. */
const OF_OFFICES = boundedPattern(
  String.raw`(?<![\p{L}\p{N}])(?:(?:1[- ])?\(?8(?:00|33|44|55|66|77|88)\)?[- ]\d{3}-\d{4}|suite \d|write to|fax|toll[- ]free|lot numbers?|ndc|www\.|https?:|customer|distributed by|manufactured by|catalog|invoice|office hours|p\.?o\.? box|isbn|issn|license no|eudract|principal investigator|information line|switchboard|ouvidoria|cnpj|director|publications)(?![\p{L}\p{N}])`,
  'giu',
);

export function speaksOfCare(head: string): boolean {
  const offices = new Set<string>();
  for (const [word] of head.matchAll(OF_OFFICES)) offices.add(word.slice(0, 4).toLowerCase());
  if (offices.size >= ENOUGH) return false;
  const seen = new Set<string>();
  for (const [word] of head.matchAll(CLINICAL)) {
    seen.add(word.slice(0, 4).toLowerCase());
    if (seen.size >= ENOUGH) return true;
  }
  return false;
}
