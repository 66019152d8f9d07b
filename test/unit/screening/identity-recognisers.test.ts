import { describe, expect, it } from 'vitest';
import { allSpans, heldSpans } from './reading-of.js';

describe('ssn', () => {
  it.each([
    ['SSN 123-45-6789', '123-45-6789'],
    ['SSN: 078-05-1120', '078-05-1120'],
    ['S.S.N. # 123 45 6789', '123 45 6789'],
    ['Social Security Number is 123456789.', '123456789'],
    ['social security no. 123–45–6789', '123–45–6789'],
    ['SS# 219-09-9999', '219-09-9999'],
    ['The form showed 536-22-8101 in a corner', '536-22-8101'],
    ['| SSN | 123-45-6789 |', '123-45-6789'],
    ['**SSN:** 666-12-3456', '666-12-3456'],
  ])('finds %j', (text, value) => {
    expect(heldSpans(text)).toEqual([['ssn', value]]);
  });

  it.each([
    ['area 000', 'seen 000-12-3456 here'],
    ['area 666', 'seen 666-12-3456 here'],
    ['area 900 and above', 'seen 912-12-3456 here'],
    ['group 00', 'seen 123-00-4567 here'],
    ['serial 0000', 'seen 123-45-0000 here'],
    ['mixed separators', 'seen 123-45 6789 here'],
    ['nine digits alone', 'PMC123456789 and 123456789'],
    ['part of a longer number', 'grant 5-123-45-6789-01'],
    ['a DOI', 'doi:10.1000/123-45-6789'],
    ['a CAS number', 'CAS 50-78-2'],
    ['a phrase without a number', 'Social Security at 1-800-772-1213'],
  ])('lets pass: %s', (_why, text) => {
    expect(heldSpans(text)).toEqual([]);
  });

  it('records the number of an agency contract but does not hold it', () => {
    expect(allSpans('under Contract No. 290-02-0016. Rockville')).toEqual([
      ['ssn/valid-form-of-a-reference', '290-02-0016'],
    ]);
    expect(heldSpans('under Contract No. 290-02-0016. Rockville')).toEqual([]);
  });
});

describe('mrn', () => {
  it.each([
    ['MRN 00012345', '00012345'],
    ['MRN: 4821', '4821'],
    ['M.R.N. # AB-123456', 'AB-123456'],
    ['Medical Record Number: 12-34-56', '12-34-56'],
    ['med rec no. 998877', '998877'],
    ['Patient ID: 4455667', '4455667'],
    ['Hospital number = X1234567', 'X1234567'],
    ['Nº do prontuário: 123456', '123456'],
    ['NHS number: 943 476 5919', '943 476 5919'],
  ])('finds %j', (text, value) => {
    expect(heldSpans(text)).toEqual([['mrn', value]]);
  });

  it('tells an NHS number with a valid check digit from one without', () => {
    expect(allSpans('NHS no. 943 476 5919')).toEqual([['mrn/nhs-checksum', '943 476 5919']]);
    expect(allSpans('NHS no. 943 476 5918')).toEqual([['mrn/nhs-label', '943 476 5918']]);
  });

  it.each([
    ['magnetic resonance neurography and a year', 'as shown by MRN (2015)'],
    ['participants of a trial', 'patient no. 12 and patient number 7 withdrew'],
    ['a number without a label', 'record 00012345'],
    ['a label without a number', 'The medical record number must be checked'],
  ])('lets pass: %s', (_why, text) => {
    expect(heldSpans(text)).toEqual([]);
  });
});

describe('date_of_birth', () => {
  it.each([
    ['DOB 02/03/1951', '02/03/1951'],
    ['D.O.B.: 3 Feb 1951', '3 Feb 1951'],
    ['Date of birth: 1951-03-02', '1951-03-02'],
    ['date of birth. It’s 8/12/1991', '8/12/1991'],
    ['Birth date = March 2nd, 1951', 'March 2nd, 1951'],
    ['Data de nascimento: 12 de março de 1960', '12 de março de 1960'],
    ['DOB: 2/3/51', '2/3/51'],
    ['The patient was born on 4 May 1970', '4 May 1970'],
  ])('finds %j', (text, value) => {
    expect(heldSpans(text)).toEqual([['date_of_birth', value]]);
  });

  it.each([
    ['a cohort', 'children born on or after 1 September 2006 are offered the vaccine'],
    ['a rule', 'adults with a date of birth before 1 January 1957'],
    ['an impossible date', 'DOB: 45/33/1951'],
    ['a year', 'Date of birth: 1951'],
    ['another date', 'Date: 02/03/1951'],
    ['a biography', 'She was born on 12 May 1820'],
    ['a weight', 'birth weight 2.5 kg'],
  ])('lets pass: %s', (_why, text) => {
    expect(heldSpans(text)).toEqual([]);
  });
});

describe('patient_name', () => {
  it.each([
    ['Patient: John Q. Sample, SSN pending', 'John Q. Sample'],
    ['Patient name: SAMPLE, John', 'SAMPLE, John'],
    ["Patient's name: Mrs. Ana Maria de Souza", 'Ana Maria de Souza'],
    ['Pt.: Jean-Luc O’Neill', 'Jean-Luc O’Neill'],
    ['Nome do paciente: João da Silva', 'João da Silva'],
    ['**Patient name:** Åsa Laine', 'Åsa Laine'],
    ['Name of patient: Rubija', 'Rubija'],
    ['Patient: John Sample DOB unknown', 'John Sample'],
  ])('finds %j', (text, value) => {
    expect(heldSpans(text)).toEqual([['patient_name', value]]);
  });

  it.each([
    ['a population', 'Patient: Adults With Type 2 Diabetes'],
    ['a sentence', 'Patient: I Have had this for weeks'],
    ['lower case', 'Patient: adults with asthma'],
    ['a drug', 'Brand name: Lipitor'],
    ['a file', 'File name: Summary Report'],
    ['an institution', 'Name: National Eye Institute'],
    ['a heading', 'Patient: Information and Education'],
    ['no label', 'John Sample wrote this guideline'],
    ['an author’s contact without one', 'Name: Jane Author'],
  ])('lets pass: %s', (_why, text) => {
    expect(heldSpans(text)).toEqual([]);
  });
});
