import type { PageContent } from '../page-content.js';

/** Scanned leaflet of one page. */
export const HOME_BLOOD_PRESSURE: PageContent = {
  title: 'Measuring your blood pressure at home',
  runningHeader: 'Demonstration leaflet - scanned copy',
  pages: [
    [
      { kind: 'title', text: 'Measuring your blood pressure at home' },
      { kind: 'note', text: 'Demonstration text for medindex; not medical advice.' },
      { kind: 'heading', text: 'Before you measure' },
      {
        kind: 'list',
        items: [
          'Do not smoke, exercise or drink coffee in the 30 minutes before.',
          'Empty your bladder, then sit quietly for five minutes.',
          'Sit with your back supported and both feet flat on the floor.',
          'Rest your arm on a table so that the cuff is at the height of your heart.',
        ],
      },
      { kind: 'heading', text: 'Measuring' },
      {
        kind: 'paragraph',
        text: 'Take two readings, one minute apart, in the morning and in the evening. Do not talk while the monitor is working. Write every reading down with the date and time.',
      },
      { kind: 'heading', text: 'When to get help' },
      {
        kind: 'paragraph',
        text: 'If a reading is 180 over 120 or higher, wait five minutes and measure again. If it is still that high and you have chest pain, shortness of breath, weakness or trouble speaking, call the emergency number at once.',
      },
    ],
  ],
};
