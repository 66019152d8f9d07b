import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../core/contract/finding.js';
import { SUPPORT_DISTANCE } from '../../../core/screening/neighbourhood.js';
import { resolveOverlaps } from '../../../core/screening/overlaps.js';
import { isHoldable, screeningVerdict } from '../../../core/screening/screen-reading.js';
import { allSpans, heldSpans, screenText } from './reading-of.js';

const NOTE =
  'Patient: John Q. Sample, SSN 078-05-1120, MRN 00012345, phone (212) 555-0147, DOB 02/03/1951. Doing well.';

describe('a whole reading', () => {
  it('finds everything in a patient note, in order, at exact offsets', () => {
    expect(heldSpans(NOTE)).toEqual([
      ['patient_name', 'John Q. Sample'],
      ['ssn', '078-05-1120'],
      ['mrn', '00012345'],
      ['phone', '(212) 555-0147'],
      ['date_of_birth', '02/03/1951'],
    ]);
    expect(screeningVerdict(screenText(NOTE))).toBe('suspected');
  });

  it('never repeats the text of what it found', () => {
    const findings = JSON.stringify(screenText(NOTE));
    for (const secret of ['John', 'Sample', '078', '1120', '12345', '555', '1951']) {
      expect(findings).not.toContain(secret);
    }
  });

  it('keeps offsets exact behind characters of two code units and combining marks', () => {
    expect(heldSpans('😀 é́ 𝒳 — SSN 123-45-6789')).toEqual([['ssn', '123-45-6789']]);
  });

  it('says on which page a finding starts, and nothing where there are no pages', () => {
    const pages = screenText('one\ntwo\nSSN 123-45-6789\nDOB 1 May 1950', { paged: true }).map(({ page }) => page);
    expect(pages).toEqual([3, 4]);
    expect(screenText(NOTE).every((finding) => !('page' in finding))).toBe(true);
  });

  it('is clear without findings and with weak ones only', () => {
    expect(screeningVerdict(screenText('Adults receive 0.5 mg/kg once daily.'))).toBe('clear');
    const agency = screenText('Phone: 301-496-5248, e-mail 2020@nei.nih.gov');
    expect(agency).toHaveLength(2);
    expect(isHoldable(agency)).toBe(false);
  });
});

describe('neighbours', () => {
  it('raises a contact near a name, and the name with it', () => {
    expect(heldSpans('Name: Leigha Mackay\nPhone: 032 288 79 44')).toEqual([
      ['patient_name', 'Leigha Mackay'],
      ['phone', '032 288 79 44'],
    ]);
  });

  it('raises a contact near a record number, up to the distance and not beyond', () => {
    const near = `MRN 00012345${' '.repeat(SUPPORT_DISTANCE)}212-555-0147`;
    const far = `MRN 00012345${' '.repeat(SUPPORT_DISTANCE + 1)}212-555-0147`;
    expect(heldSpans(near)).toHaveLength(2);
    expect(heldSpans(far)).toEqual([['mrn', '00012345']]);
    expect(allSpans(far)).toHaveLength(2);
  });

  it('leaves contacts near contacts alone', () => {
    expect(heldSpans('Phone: 301-496-5248\nFax: 301-496-1111\nE-mail: 2020@nei.nih.gov')).toEqual([]);
  });
});

describe('overlaps', () => {
  const finding = (start: number, end: number, score: number): Finding => ({
    category: 'phone',
    start,
    end,
    score,
    recogniser: 'phone/label',
  });

  it('keeps the surest, then the longest, and no two that overlap', () => {
    expect(resolveOverlaps([finding(0, 10, 0.4), finding(5, 12, 0.9)])).toEqual([finding(5, 12, 0.9)]);
    expect(resolveOverlaps([finding(0, 4, 0.4), finding(2, 12, 0.4)])).toEqual([finding(2, 12, 0.4)]);
    expect(resolveOverlaps([finding(0, 20, 0.5), finding(2, 5, 0.4), finding(20, 25, 0.4)])).toEqual([
      finding(0, 20, 0.5),
      finding(20, 25, 0.4),
    ]);
  });

  it('does not report a record number as a telephone number too', () => {
    expect(allSpans('MRN 212-555-0147')).toEqual([['mrn/label', '212-555-0147']]);
  });
});
