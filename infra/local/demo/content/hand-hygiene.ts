import { DEMONSTRATION_NOTE, type PageContent } from '../page-content.js';

/** Scanned PDF of two pages; durations and moments are those of the WHO's hand hygiene guidance. */
export const HAND_HYGIENE: PageContent = {
  title: 'Hand hygiene on the ward',
  runningHeader: 'Demonstration guideline - scanned copy',
  pages: [
    [
      { kind: 'title', text: 'Hand hygiene on the ward' },
      { kind: 'note', text: DEMONSTRATION_NOTE },
      { kind: 'heading', text: 'The five moments' },
      { kind: 'paragraph', text: 'Clean your hands at each of these five moments:' },
      {
        kind: 'list',
        items: [
          'Before touching a patient.',
          'Before a clean or aseptic procedure.',
          'After a risk of exposure to body fluids.',
          'After touching a patient.',
          'After touching the surroundings of a patient.',
        ],
      },
      { kind: 'heading', text: 'Gloves' },
      {
        kind: 'paragraph',
        text: 'Gloves do not replace hand hygiene. Clean your hands before putting gloves on and after taking them off.',
      },
    ],
    [
      { kind: 'heading', text: 'Alcohol-based handrub' },
      {
        kind: 'paragraph',
        text: 'Use handrub when hands are not visibly dirty. Fill a cupped palm and cover all surfaces of both hands. The whole procedure takes 20 to 30 seconds; hands must be dry before you go on.',
      },
      { kind: 'heading', text: 'Soap and water' },
      {
        kind: 'paragraph',
        text: 'Wash with soap and water when hands are visibly dirty or soiled with body fluids, and after caring for a patient with Clostridioides difficile, because alcohol does not kill its spores. The whole procedure takes 40 to 60 seconds.',
      },
      { kind: 'heading', text: 'Skin care' },
      {
        kind: 'paragraph',
        text: 'Dry skin cracks and carries more bacteria. Use a moisturiser, and report dermatitis to occupational health.',
      },
    ],
  ],
};
