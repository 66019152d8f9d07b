import { DEMONSTRATION_NOTE, type PageContent } from '../page-content.js';

/** Text-layer PDF with a dose table on page 3. Doses are those in general use for intramuscular adrenaline. */
export const ANAPHYLAXIS: PageContent = {
  title: 'Anaphylaxis: recognition and first treatment',
  runningHeader: 'Demonstration guideline  |  Anaphylaxis: recognition and first treatment',
  pages: [
    [
      { kind: 'title', text: 'Anaphylaxis: recognition and first treatment' },
      { kind: 'note', text: DEMONSTRATION_NOTE },
      { kind: 'heading', text: '1 Scope' },
      {
        kind: 'paragraph',
        text: 'This guideline is for health professionals who may be the first to meet a person with anaphylaxis, in a clinic, on a ward or in the community. It covers recognition, the first dose of adrenaline, and what follows in the first hours. It does not cover long-term allergy care.',
      },
      { kind: 'heading', text: '2 Recognition' },
      {
        kind: 'paragraph',
        text: 'Anaphylaxis is likely when an illness of sudden onset, progressing within minutes to a few hours, brings a life-threatening problem of airway, breathing or circulation. Skin changes are common but are absent in up to one person in five.',
      },
      {
        kind: 'list',
        items: [
          'Airway: swelling of tongue or throat, hoarse voice, stridor.',
          'Breathing: wheeze, shortness of breath, tiredness from the effort, low oxygen saturation.',
          'Circulation: pale and clammy skin, fast pulse, low blood pressure, collapse.',
          'Skin: flushing, urticaria, angioedema.',
        ],
      },
      {
        kind: 'paragraph',
        text: 'Known exposure to an allergen supports the diagnosis but is not needed. Faints, panic attacks and asthma without other features are the usual alternatives.',
      },
    ],
    [
      { kind: 'heading', text: '3 First actions' },
      {
        kind: 'list',
        items: [
          'Call for help and remove the trigger where that is possible: stop an infusion, remove a sting.',
          'Lay the person flat and raise the legs. A person who struggles to breathe may sit up; a pregnant person lies on the left side. Nobody with anaphylaxis should be made to stand or walk.',
          'Give adrenaline into the muscle of the outer thigh without delay (section 4).',
          'Give high-flow oxygen, and attach monitoring of pulse, blood pressure and oxygen saturation.',
        ],
      },
      {
        kind: 'paragraph',
        text: 'If features persist, repeat the intramuscular dose after five minutes. Give a rapid infusion of crystalloid fluid when blood pressure stays low: 500 mL to 1000 mL in adults, 10 mL/kg in children.',
      },
      { kind: 'heading', text: '3.1 What to leave for later' },
      {
        kind: 'paragraph',
        text: 'Antihistamines treat skin symptoms only and never come before adrenaline. Corticosteroids are not part of the first treatment. Neither delays the second dose of adrenaline.',
      },
      { kind: 'heading', text: '3.2 When two doses are not enough' },
      {
        kind: 'paragraph',
        text: 'Anaphylaxis that continues after two intramuscular doses is refractory. Call critical care, start an adrenaline infusion under expert guidance, and go on with fluids.',
      },
    ],
    [
      { kind: 'heading', text: '4 Dose of adrenaline' },
      {
        kind: 'paragraph',
        text: 'Use adrenaline 1 mg/mL (1:1000) undiluted into the muscle of the anterolateral thigh. The intravenous route is for specialists only.',
      },
      {
        kind: 'table',
        caption: 'Table 1. Intramuscular adrenaline by age',
        header: ['Age', 'Dose', 'Volume of 1 mg/mL', 'Repeat'],
        rows: [
          ['Adult and child over 12 years', '500 micrograms', '0.5 mL', 'every 5 minutes if needed'],
          ['6 to 12 years', '300 micrograms', '0.3 mL', 'every 5 minutes if needed'],
          ['6 months to 6 years', '150 micrograms', '0.15 mL', 'every 5 minutes if needed'],
          ['Under 6 months', '100 to 150 micrograms', '0.1 to 0.15 mL', 'every 5 minutes if needed'],
        ],
        columns: [0.29, 0.23, 0.21, 0.27],
      },
      {
        kind: 'paragraph',
        text: 'A child over 12 years who is small or prepubertal receives 300 micrograms. Auto-injectors deliver 150 or 300 micrograms; use what is at hand rather than wait for an ampoule.',
      },
      { kind: 'heading', text: '5 Blood tests' },
      {
        kind: 'paragraph',
        text: 'Take mast cell tryptase as soon as possible after the first treatment, a second sample within one to two hours and no later than four hours after onset. Do not delay treatment for it.',
      },
    ],
    [
      { kind: 'heading', text: '6 Observation' },
      {
        kind: 'list',
        items: [
          'Two hours after symptoms have gone: good response to one dose within 30 minutes, a trained person at home, and an auto-injector in hand.',
          'At least six hours: two doses were needed, or there was a previous biphasic reaction.',
          'At least twelve hours: severe reaction with more than two doses, severe asthma, continued absorption of the allergen, or presentation at night.',
        ],
      },
      { kind: 'heading', text: '7 Discharge' },
      {
        kind: 'paragraph',
        text: 'Explain what happened and the risk of a second reaction. Prescribe two auto-injectors where exposure may happen again, and show how they are used. Refer everyone to an allergy service.',
      },
    ],
  ],
};
