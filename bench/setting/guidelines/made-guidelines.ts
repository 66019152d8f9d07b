import type { KnownDocument, KnownPart, KnownTable, Look } from '../typeset/known-text.js';
import { ENGLISH } from '../typeset/prose.js';

/** A question, and where its answer was written. */
export interface MadeQuestion {
  readonly question: string;
  /** The text of the part, or of the row, that answers it; as the typesetter names its places. */
  readonly answer: string;
  /** Cells of the row of a table that answers it. */
  readonly row?: readonly string[];
}

export interface MadeGuideline {
  readonly document: KnownDocument;
  /** Printed and scanned again: no text layer. */
  readonly scanned: boolean;
  readonly questions: readonly MadeQuestion[];
}

/** Conditions as clinics name them; what is said of them, and the medicines, are invented. */
const TOPICS: readonly (readonly [condition: string, people: string, sign: string])[] = [
  ['migraine', 'adults', 'headache with aura'],
  ['gout', 'adults', 'a swollen first toe joint'],
  ['atrial fibrillation', 'older people', 'an irregular pulse'],
  ['community-acquired pneumonia', 'adults', 'cough with purulent sputum'],
  ['acute otitis media', 'children', 'ear pain and a bulging eardrum'],
  ['urinary tract infection', 'women', 'dysuria and frequency'],
  ['iron deficiency anaemia', 'adults', 'fatigue and pallor'],
  ['hypothyroidism', 'adults', 'weight gain and intolerance of cold'],
  ['croup', 'children', 'a barking cough'],
  ['epilepsy', 'adults', 'unprovoked seizures'],
  ['heart failure', 'older people', 'breathlessness and swollen ankles'],
  ['peptic ulcer', 'adults', 'epigastric pain at night'],
  ['atopic eczema', 'children', 'itchy flexural rash'],
  ['rheumatoid arthritis', 'adults', 'morning stiffness of small joints'],
  ['chronic obstructive pulmonary disease', 'adults', 'exertional breathlessness and wheeze'],
  ['type 2 diabetes', 'adults', 'thirst and polyuria'],
  ['bacterial meningitis', 'children', 'fever with neck stiffness'],
  ['venous thromboembolism', 'adults', 'a swollen painful calf'],
  ['osteoporosis', 'older people', 'a fragility fracture'],
  ['Crohn disease', 'adults', 'diarrhoea with weight loss'],
  ['psoriasis', 'adults', 'scaly plaques on the elbows'],
  ['Parkinson disease', 'older people', 'tremor at rest'],
  ['malaria', 'travellers', 'fever after a stay in the tropics'],
  ['bronchiolitis', 'infants', 'wheeze and poor feeding'],
  ['pre-eclampsia', 'pregnant women', 'raised blood pressure with proteinuria'],
  ['scabies', 'children and adults', 'burrows between the fingers'],
  ['restless legs', 'adults', 'an urge to move the legs in the evening'],
  ['cluster headache', 'adults', 'unilateral periorbital attacks'],
];
const FIRST = [
  'brava',
  'cori',
  'dexo',
  'feno',
  'gali',
  'hexa',
  'iso',
  'karo',
  'limo',
  'mira',
  'neva',
  'olo',
  'pira',
  'quina',
];
const LAST = ['mycin', 'pril', 'statin', 'zole', 'mab', 'oxan', 'dipine', 'tidine', 'fenac', 'sartan', 'vudine']; // prettier-ignore
const BOARDS = ['Northern Health Board', 'Institute of Imaginary Care', 'College of Fictional Physicians'];
/** Of the documents this many are scans; the first of them is the long one. */
const SCANNED_EVERY = 9;
const LONG_FILLER = 92;

/** Guidelines of the same build about different things, as an organisation has them, each with its questions. */
export function madeGuidelines(count = TOPICS.length): MadeGuideline[] {
  return TOPICS.slice(0, count).map((_, index) => madeGuideline(index));
}

function madeGuideline(index: number): MadeGuideline {
  const [condition, people, sign] = TOPICS[index] ?? ['', '', ''];
  const pick = picker(index + 1);
  const [first, second] = [medicine(index * 2), medicine(index * 2 + 1)];
  const scanned = index % SCANNED_EVERY === SCANNED_EVERY - 1;
  const long = index === SCANNED_EVERY - 1;
  const child = people === 'children' || people === 'infants';
  const number = `${pick(11, 99)}`;

  const dosing = doseTable(first, child, pick);
  const renal = renalTable(second, pick);
  const review = `Review everyone with ${condition} ${pick(2, 12)} weeks after treatment has begun, and then every ${pick(3, 9)} months; earlier if symptoms come back.`; // prettier-ignore
  const stop = `Stop ${second} when alanine aminotransferase rises above ${pick(3, 8)} times the upper limit of normal, and do not give it again in ${condition}.`; // prettier-ignore
  const refer = `Refer to a specialist within ${pick(2, 14)} days when ${sign} persists in spite of ${first}, or when the diagnosis of ${condition} is in doubt.`; // prettier-ignore
  const diagnosis = `Suspect ${condition} in ${people} who present with ${sign} that has lasted for ${pick(2, 21)} days or longer, and confirm it before treatment.`; // prettier-ignore
  const pregnancy = `Do not offer ${first} for ${condition} during pregnancy or while breastfeeding; the evidence for ${second} is limited to ${pick(40, 900)} exposed pregnancies.`; // prettier-ignore

  let filled = index * 5;
  const filler = (paragraphs: number): KnownPart[] =>
    Array.from({ length: paragraphs }, () => paragraph(ENGLISH[filled++ % ENGLISH.length] ?? ''));
  const more = long ? LONG_FILLER : 0;
  const parts: KnownPart[] = [
    heading(`Management of ${condition} in ${people}`, 1),
    heading('1 Scope'),
    paragraph(`This guideline of the ${BOARDS[index % BOARDS.length]} covers ${condition} in ${people} in primary and secondary care.`),
    ...filler(2),
    heading('2 Diagnosis'), ...filler(1), paragraph(diagnosis), ...filler(2 + more / 2),
    heading('3 Treatment'), heading('3.1 First choice', 3),
    paragraph(`Offer ${first} as the first choice in ${condition}; doses are in Table 1. ${ENGLISH[(index + 3) % ENGLISH.length] ?? ''}`),
    dosing, ...filler(2 + more / 2),
    heading('3.2 When the first choice fails', 3),
    paragraph(`Change to ${second} after ${pick(2, 10)} weeks without improvement of ${condition}; its dose follows renal function (Table 2).`),
    renal, ...filler(1),
    heading('4 Safety'), paragraph(stop), ...filler(2), paragraph(pregnancy), ...filler(1),
    heading('5 Follow-up and referral'), ...filler(1), paragraph(review), ...filler(1), paragraph(refer), ...filler(2),
  ]; // prettier-ignore
  const dose = dosing.rows[pick(0, dosing.rows.length - 1)] ?? [];
  const adjusted = renal.rows[pick(0, renal.rows.length - 1)] ?? [];
  return {
    document: { name: `CG${number}-${condition.replace(/\W+/g, '-')}`, look: lookOf(index, number), parts },
    scanned,
    questions: [
      { question: `What dose of ${first} is given for ${condition} at ${dose[0]?.toLowerCase()}?`, answer: dose.join(' '), row: dose },
      { question: `${second} dose in ${condition} when the filtration rate is ${adjusted[0]?.toLowerCase()}`, answer: adjusted.join(' '), row: adjusted },
      { question: `When should a patient with ${condition} be seen again after starting treatment?`, answer: review },
      { question: `At what liver enzyme level must ${second} be discontinued?`, answer: stop },
      { question: `When do I send somebody with ${condition} to a specialist?`, answer: refer },
      { question: `Which symptoms suggest ${condition}, and for how long must they have lasted?`, answer: diagnosis },
      { question: `Is ${first} safe in pregnancy?`, answer: pregnancy },
    ],
  }; // prettier-ignore
}

/** One and two columns, running heads of all kinds, ruled tables and tables without rules. */
function lookOf(index: number, number: string): Look {
  const board = BOARDS[index % BOARDS.length] ?? '';
  return {
    face: index % 3 === 0 ? 'serif' : 'sans',
    columns: index % 2 === 1 ? 2 : 1,
    ...(index % 2 === 1 ? { justified: true, hyphen: '-' as const, size: 9.5 } : {}),
    header: index % 4 < 2 ? [`${board} · Clinical guideline ${number}`] : [board, `Clinical guideline ${number}`],
    footer: index % 3 === 0 ? ['Page # of ##'] : ['#'],
  };
}

function doseTable(name: string, child: boolean, pick: Pick): KnownTable {
  const groups = child
    ? ['Under 3 months', '3 to 11 months', '1 to 5 years', '6 to 11 years', '12 to 17 years']
    : ['18 to 39 years', '40 to 64 years', '65 to 74 years', '75 to 84 years', '85 years and over'];
  return {
    kind: 'table',
    caption: `Table 1. Dose of ${name} by age`,
    header: ['Age', 'Starting dose', 'Maximum a day', 'Interval'],
    rows: groups.map((group) => [
      group,
      child ? `${pick(1, 40) / 2} mg/kg` : `${pick(1, 60) * 5} mg`,
      `${pick(8, 90) * 10} mg`,
      `every ${[6, 8, 12, 24][pick(0, 3)]} hours`,
    ]),
    shares: [3, 3, 3, 2.6],
    ruled: (['lines', 'grid', 'none'] as const)[pick(0, 2)] ?? 'lines',
    repeatsHeader: true,
  };
}

function renalTable(name: string, pick: Pick): KnownTable {
  const bands = ['90 mL/min and over', '60 to 89 mL/min', '45 to 59 mL/min', '30 to 44 mL/min', '15 to 29 mL/min'];
  return {
    kind: 'table',
    caption: `Table 2. Dose of ${name} by glomerular filtration rate`,
    header: ['Filtration rate', 'Dose', 'Remark'],
    rows: bands.map((band) => [
      band,
      `${pick(2, 80) * 5} mg ${['once', 'twice', 'three times'][pick(0, 2)]} daily`,
      ['no adjustment', 'monitor potassium', 'check creatinine every month', 'specialist advice only'][pick(0, 3)] ??
        '',
    ]),
    shares: [3, 3.4, 4],
    ruled: (['lines', 'grid'] as const)[pick(0, 1)] ?? 'lines',
    repeatsHeader: true,
  };
}

const heading = (text: string, level: 1 | 2 | 3 = 2): KnownPart => ({ kind: 'heading', text, level });
const paragraph = (text: string): KnownPart => ({ kind: 'paragraph', text });

/** Every one of them once: prime numbers of beginnings and endings would do, and these are 154. */
function medicine(index: number): string {
  return `${FIRST[index % FIRST.length] ?? ''}${LAST[(index + Math.floor(index / FIRST.length)) % LAST.length] ?? ''}`;
}

/** Whole numbers, both ends included. */
type Pick = (from: number, to: number) => number;

/** The same series for the same seed (Numerical Recipes' generator, its high bits). */
function picker(seed: number): Pick {
  let state = Math.imul(seed, 2_654_435_761) >>> 0;
  return (from, to) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return from + Math.floor((state / 2 ** 32) * (to - from + 1));
  };
}
