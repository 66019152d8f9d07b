type Pair = readonly [string, string];

/** Pairs that ask one and the same. */
export const ALIKE: readonly Pair[] = [
  ['What is the maximum dose of amoxicillin for adults?', 'max dose of amoxicillin for adults'],
  ['Can you please tell me the side effects of metformin?', 'What are the side effects of metformin?'],
  ['dose of Paracetamol in children', 'Dose of acetaminophen in children'],
  ['Epinephrine dose in anaphylaxis', 'adrenaline dose in anaphylaxis, please'],
  ['Is 500 micrograms safe in pregnancy?', 'is 500 mcg safe in pregnancy'],
  ['Is 500 µg safe in pregnancy?', 'Is 500 mcg safe in pregnancy?'],
  ["I'd ask: what's a normal INR", "I'd ask what is a normal INR?"],
  ['Don’t I need a statin?', "don't I need a statin"],
  ['treatment of iron-deficiency anaemia', 'Treatment of iron deficiency anemia'],
  [
    'Hi, could you tell me the target HbA1c for an adult with type 2 diabetes? Thanks',
    'target HbA1c for adult with type 2 diabetes',
  ],
];

/** In each row any two texts differ in something that changes the answer. */
const ROWS: readonly (readonly string[])[] = [
  // Numbers, units, ranges.
  [
    'is 5 mg of ramipril safe',
    'is 50 mg of ramipril safe',
    'is 0.5 mg of ramipril safe',
    'is 5 mcg of ramipril safe',
    'is 5 g of ramipril safe',
    'is 5 ml of ramipril safe',
  ],
  [
    'creatinine clearance < 30',
    'creatinine clearance > 30',
    'creatinine clearance ≤ 30',
    'creatinine clearance 30',
    'creatinine clearance 3.0',
    'creatinine clearance < 60',
  ],
  [
    'dose 10 mg/kg per day',
    'dose 10 mg per day',
    'dose 10 mg/m2 per day',
    'dose 10 mg/kg per dose',
    'dose 10 mg/kg per week',
  ],
  ['HbA1c of 7%', 'HbA1c of 7 mmol/mol', 'HbA1c of 8%', 'HbA1c of 70%'],
  ['temperature of -80 storage', 'temperature of 80 storage', 'temperature of -20 storage'],
  ['2-3 tablets', '2/3 tablets', '2 or 3 tablets', '23 tablets'],
  // Drugs that look alike.
  [
    'dose of hydroxyzine',
    'dose of hydralazine',
    'dose of hydroxychloroquine',
    'dose of hydrochlorothiazide',
    'dose of hydrocortisone',
    'dose of hydrocodone',
  ],
  [
    'dose of cefazolin',
    'dose of cefotaxime',
    'dose of ceftazidime',
    'dose of ceftriaxone',
    'dose of cefuroxime',
    'dose of cefixime',
  ],
  ['prednisone taper', 'prednisolone taper', 'methylprednisolone taper', 'primidone taper'],
  [
    'insulin glargine start',
    'insulin glulisine start',
    'insulin lispro start',
    'insulin aspart start',
    'insulin start',
  ],
  [
    'vitamin a deficiency',
    'vitamin b deficiency',
    'vitamin d deficiency',
    'vitamin deficiency',
    'vitamin b12 deficiency',
    'vitamin k deficiency',
  ],
  ['hepatitis a vaccine', 'hepatitis b vaccine', 'hepatitis c vaccine', 'hepatitis vaccine'],
  ['Mg dose', 'mg dose', 'dose'],
  ['AIDS symptoms', 'aids symptoms'],
  // Routes.
  [
    'morphine oral dose',
    'morphine intravenous dose',
    'morphine subcutaneous dose',
    'morphine intrathecal dose',
    'morphine dose',
    'morphine epidural dose',
  ],
  // Ages and groups.
  [
    'ibuprofen in children',
    'ibuprofen in infants',
    'ibuprofen in neonates',
    'ibuprofen in adults',
    'ibuprofen in adolescents',
    'ibuprofen in the elderly',
  ],
  ['statins for women', 'statins for men', 'statins for pregnant women', 'statins for breastfeeding women'],
  [
    'fever under 3 months',
    'fever under 3 years',
    'fever over 3 months',
    'fever for 3 months',
    'fever under 3 weeks',
    'fever under 3 days',
  ],
  // Negation.
  [
    'is aspirin recommended',
    'is aspirin not recommended',
    'is aspirin no longer recommended',
    'is aspirin never recommended',
  ],
  [
    'diabetes with ketoacidosis',
    'diabetes without ketoacidosis',
    'diabetes before ketoacidosis',
    'diabetes after ketoacidosis',
    'diabetes or ketoacidosis',
  ],
  ['who should take aspirin', "who shouldn't take aspirin", 'who could take aspirin', 'who must take aspirin'],
  ['can I drive', "can't I drive"],
  // Sides.
  ['left heart failure', 'right heart failure', 'heart failure', 'bilateral heart failure'],
  [
    'pain in the left lower quadrant',
    'pain in the right lower quadrant',
    'pain in the left upper quadrant',
    'pain in the right upper quadrant',
  ],
  // Comparisons and directions.
  [
    'is warfarin better than apixaban',
    'is apixaban better than warfarin',
    'is warfarin worse than apixaban',
    'is warfarin as good as apixaban',
  ],
  ['switch from warfarin to apixaban', 'switch from apixaban to warfarin', 'switch from warfarin to rivaroxaban'],
  [
    'does hypertension cause kidney disease',
    'does kidney disease cause hypertension',
    'does hypertension treat kidney disease',
  ],
  ['treatment of complication', 'complication of treatment', 'treatment for complication'],
  ['increase the dose', 'decrease the dose', 'stop the dose', 'skip the dose', 'double the dose', 'halve the dose'],
  ['more than 3 drinks', 'less than 3 drinks', 'exactly 3 drinks', 'at least 3 drinks', 'at most 3 drinks'],
  // Time.
  ['give before meals', 'give after meals', 'give with meals', 'give between meals', 'give without meals'],
  [
    'stop 24 hours before surgery',
    'stop 48 hours before surgery',
    'stop 24 days before surgery',
    'stop 24 hours after surgery',
  ],
  ['guideline of 2019', 'guideline of 2021', 'guideline of 2009', 'guideline'],
  ['once daily', 'twice daily', 'three times daily', 'once weekly', 'once monthly', 'twice weekly'],
  ['acute pancreatitis', 'chronic pancreatitis', 'acute on chronic pancreatitis', 'pancreatitis'],
  ['first line for asthma', 'second line for asthma', 'third line for asthma', 'last line for asthma'],
  // What is asked.
  [
    'side effects of lithium',
    'interactions of lithium',
    'contraindications of lithium',
    'dose of lithium',
    'indications of lithium',
    'levels of lithium',
  ],
  [
    'loading dose of digoxin',
    'maintenance dose of digoxin',
    'maximum dose of digoxin',
    'minimum dose of digoxin',
    'toxic dose of digoxin',
    'starting dose of digoxin',
  ],
  ['grade 1 burn', 'grade 2 burn', 'grade 3 burn', 'burn'],
  ['stage 3a kidney disease', 'stage 3b kidney disease', 'stage 3 kidney disease', 'stage 4 kidney disease'],
  ['type 1 diabetes', 'type 2 diabetes', 'type 3c diabetes', 'gestational diabetes', 'diabetes'],
  ['hypoglycemia', 'hyperglycemia', 'normoglycemia'],
  ['hypokalemia', 'hyperkalemia'],
  ['BRCA1 mutation', 'BRCA2 mutation', 'KRAS mutation'],
  ['c.68_69delAG', 'c.68_69insAG', 'c.68_70delAG'],
  ['how much potassium', 'how often potassium', 'how long potassium', 'why potassium'],
  ['blood group a', 'blood group b', 'blood group ab', 'blood group o', 'blood group'],
];

/** Any two of a row. */
export const DIFFERENT: readonly Pair[] = ROWS.flatMap((row) =>
  row.flatMap((one, at) => row.slice(at + 1).map((other): Pair => [one, other])),
);
