import type { DemonstrationRecord } from '../pubmed-xml.js';

const TRIAL = ['Journal Article', 'Randomized Controlled Trial'];
const COHORT = ['Journal Article', 'Observational Study'];
const REVIEW = ['Journal Article', 'Systematic Review'];

/** Made-up studies of the heart and vessels; results are invented and say so. */
export const CARDIOVASCULAR_RECORDS: readonly DemonstrationRecord[] = [
  {
    pmid: 99000001,
    title:
      'Text-message reminders and adherence to antihypertensive treatment: a randomised trial (demonstration record).',
    authors: [
      ['Exemplar', 'Ada'],
      ['Muster', 'Max'],
    ],
    year: 2024,
    month: 'Mar',
    publicationTypes: TRIAL,
    meshTerms: ['Hypertension', 'Medication Adherence', 'Text Messaging'],
    abstract: [
      [
        'BACKGROUND',
        'Many adults with hypertension stop their medicines within a year. This record is invented for a demonstration.',
      ],
      [
        'METHODS',
        'We randomised 412 adults in twelve practices to a text message each evening or to usual care for six months. The primary outcome was the share of days covered by filled prescriptions.',
      ],
      [
        'RESULTS',
        'Days covered were 81 % with messages and 72 % with usual care (difference 9 percentage points, 95 % confidence interval 5 to 13). Systolic blood pressure differed by 3.1 mmHg.',
      ],
      ['CONCLUSIONS', 'Evening text messages improved adherence to antihypertensive treatment modestly.'],
    ],
  },
  {
    pmid: 99000002,
    title: 'Home blood pressure telemonitoring led by pharmacists: a cluster-randomised trial (demonstration record).',
    authors: [
      ['Sample', 'Ines'],
      ['Placeholder', 'Tomas'],
      ['Exemplar', 'Ada'],
    ],
    year: 2023,
    month: 'Nov',
    publicationTypes: TRIAL,
    meshTerms: ['Hypertension', 'Pharmacists', 'Telemedicine'],
    abstract: [
      [
        'BACKGROUND',
        'It is unclear whether pharmacists can adjust treatment from home readings. This record is invented for a demonstration.',
      ],
      [
        'METHODS',
        'Sixteen practices with 640 patients were allocated to telemonitoring with pharmacist titration or to usual care for twelve months.',
      ],
      [
        'RESULTS',
        'Blood pressure was controlled in 68 % of the telemonitoring group and 53 % of controls. Serious adverse events did not differ.',
      ],
      ['CONCLUSIONS', 'Titration by pharmacists from home readings improved blood pressure control.'],
    ],
  },
  {
    pmid: 99000003,
    title:
      'Salt substitution in a community kitchen programme and systolic pressure: a cohort study (demonstration record).',
    authors: [['Beispiel', 'Rosa']],
    year: 2022,
    month: 'Jun',
    publicationTypes: COHORT,
    meshTerms: ['Sodium Chloride, Dietary', 'Blood Pressure'],
    abstract: [
      [
        'OBJECTIVE',
        'To describe systolic pressure after a kitchen replaced a quarter of sodium chloride with potassium chloride. This record is invented for a demonstration.',
      ],
      [
        'RESULTS',
        'Among 228 regular visitors systolic pressure fell by 4.6 mmHg over nine months; potassium stayed in the normal range in all who were tested.',
      ],
      [
        'CONCLUSIONS',
        'Partial salt substitution was feasible. Without a control group the fall cannot be attributed to it.',
      ],
    ],
  },
  {
    pmid: 99000004,
    title:
      'Supervised walking for intermittent claudication: a systematic review of small trials (demonstration record).',
    authors: [
      ['Muster', 'Max'],
      ['Sample', 'Ines'],
    ],
    year: 2021,
    month: 'Jan',
    publicationTypes: REVIEW,
    meshTerms: ['Intermittent Claudication', 'Walking'],
    abstract: [
      [
        'BACKGROUND',
        'Supervised walking is advised for intermittent claudication. This record is invented for a demonstration.',
      ],
      [
        'RESULTS',
        'Nine trials with 517 participants were included. Pain-free walking distance was 96 metres longer after three months of supervised walking than after advice alone.',
      ],
      ['CONCLUSIONS', 'Supervision makes walking programmes more effective; certainty is moderate.'],
    ],
  },
];

/** Made-up studies of infection and respiratory care. */
export const INFECTION_RECORDS: readonly DemonstrationRecord[] = [
  {
    pmid: 99000011,
    title:
      'Five or seven days of antibiotics for community-acquired pneumonia: a non-inferiority trial (demonstration record).',
    authors: [
      ['Placeholder', 'Tomas'],
      ['Beispiel', 'Rosa'],
    ],
    year: 2024,
    month: 'Sep',
    publicationTypes: TRIAL,
    meshTerms: ['Pneumonia', 'Anti-Bacterial Agents', 'Drug Administration Schedule'],
    abstract: [
      [
        'BACKGROUND',
        'Shorter courses may do as well in people who are stable by day three. This record is invented for a demonstration.',
      ],
      [
        'METHODS',
        'Adults in hospital who were afebrile and stable on day three were randomised to stop on day five or to go on to day seven.',
      ],
      [
        'RESULTS',
        'Clinical cure at day 30 was 91.4 % after five days and 90.2 % after seven (difference 1.2 percentage points, 95 % confidence interval -3.4 to 5.8; margin -8). Diarrhoea was less common after five days.',
      ],
      ['CONCLUSIONS', 'Five days were non-inferior to seven days in patients who were stable by day three.'],
    ],
  },
  {
    pmid: 99000012,
    title:
      'Feedback displays at the bedside and hand hygiene compliance: an interrupted time series (demonstration record).',
    authors: [
      ['Exemplar', 'Ada'],
      ['Beispiel', 'Rosa'],
    ],
    year: 2023,
    month: 'Feb',
    publicationTypes: COHORT,
    meshTerms: ['Hand Hygiene', 'Feedback', 'Cross Infection'],
    abstract: [
      [
        'OBJECTIVE',
        'To see whether displays of ward compliance change hand hygiene. This record is invented for a demonstration.',
      ],
      ['RESULTS', 'Compliance rose from 58 % to 74 % in the month after installation and was 69 % a year later.'],
      ['CONCLUSIONS', 'Displays raised compliance; part of the gain was lost within a year.'],
    ],
  },
  {
    pmid: 99000013,
    title:
      'Inhaler technique taught by video before discharge after acute asthma: a pilot trial (demonstration record).',
    authors: [['Sample', 'Ines']],
    year: 2022,
    month: 'Oct',
    publicationTypes: TRIAL,
    meshTerms: ['Asthma', 'Patient Education as Topic', 'Nebulizers and Vaporizers'],
    abstract: [
      [
        'BACKGROUND',
        'Poor inhaler technique is common when people leave hospital. This record is invented for a demonstration.',
      ],
      [
        'RESULTS',
        'Of 84 adults, 71 % had a correct technique four weeks after a video lesson and 49 % after a leaflet. Readmissions were too few to compare.',
      ],
      ['CONCLUSIONS', 'A larger trial of video teaching is feasible.'],
    ],
  },
];
