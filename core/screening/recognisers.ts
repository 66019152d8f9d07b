import { address } from './recognisers/address.js';
import { age } from './recognisers/age.js';
import { dateOfBirth } from './recognisers/date-of-birth.js';
import { email } from './recognisers/email.js';
import { eventDate } from './recognisers/event-date.js';
import { IDENTIFIER_FORMS } from './recognisers/identifiers.js';
import { mrn } from './recognisers/mrn.js';
import { patientName } from './recognisers/patient-name.js';
import { phone } from './recognisers/phone.js';
import { ssn } from './recognisers/ssn.js';
import type { Recogniser } from './recogniser.js';

/** Every recogniser that a reading passes. Order does not matter: overlaps are resolved by score. */
export const RECOGNISERS: readonly Recogniser[] = [
  ssn,
  mrn,
  dateOfBirth,
  patientName,
  phone,
  email,
  address,
  eventDate,
  age,
  ...IDENTIFIER_FORMS,
];
