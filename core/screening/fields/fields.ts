import { CONTACT_FIELDS } from './contact-fields.js';
import type { Field } from './field.js';
import { NUMBER_FIELDS } from './number-fields.js';
import { PERSON_FIELDS } from './person-fields.js';
import { RECORD_WORDS } from './record-words.js';

/** The entries of forms and face sheets that give a person away. Order does not matter: the surest value of a place counts. */
export const FIELDS: readonly Field[] = [...PERSON_FIELDS, ...CONTACT_FIELDS, ...NUMBER_FIELDS, ...RECORD_WORDS];
