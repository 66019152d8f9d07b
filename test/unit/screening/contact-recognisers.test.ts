import { describe, expect, it } from 'vitest';
import { allSpans, heldSpans } from './reading-of.js';

describe('phone', () => {
  it.each([
    ['call (212) 555-0147 today', '(212) 555-0147', 'phone/nanp-form'],
    ['call 212.555.0147 today', '212.555.0147', 'phone/nanp-form'],
    ['call +1-604-696-5272x565 today', '+1-604-696-5272x565', 'phone/nanp-form'],
    ['call +41 (0)85 806 98 67 today', '+41 (0)85 806 98 67', 'phone/international-form'],
    ['Phone: 301-496-5248', '301-496-5248', 'phone/label'],
    ['Tel. 467 3395', '467 3395', 'phone/label'],
    ['Telefone: (11) 91234-5678', '(11) 91234-5678', 'phone/label'],
  ])('records %j without holding it', (text, value, recogniser) => {
    expect(allSpans(text)).toEqual([[recogniser, value]]);
    expect(heldSpans(text)).toEqual([]);
  });

  it.each([
    ['toll-free numbers', 'Call 1-800-438-4380 or (888) 998-6325, phone: 1-877-486-2048'],
    ['doses', 'Give 250-500-1000 mg, then 0.5 mg/kg (20-40 kg) every 4-6 hours'],
    ['DOIs', 'doi:10.1371/212-555-0147 and 10.1186/1471-2180-11-174'],
    ['ISBN, ISSN, PMID', 'ISBN 978-0-306-40615-7, ISSN 0378-5955, PMID: 21834948, PMC3166928'],
    ['grants', 'supported by R01-212-555-0147 and U54 HG 004570'],
    ['page ranges and dates', 'J Clin 2011;364:2112-2120. 2011-03-09 12:30:45, 1987-1992'],
    ['counts', '345 678 9012 people; CD4+ 350 500 1000; +25 000 000 doses'],
    ['emergency numbers', 'Phone 911 or tel. 112'],
    ['codes that are never assigned', 'see 911-555-0147, 212-911-0147 and 112-555-0147'],
  ])('does not see %s', (_why, text) => {
    expect(allSpans(text)).toEqual([]);
  });

  it('counts behind a patient’s label', () => {
    expect(heldSpans("Patient's phone number: 467 3395")).toEqual([['phone', '467 3395']]);
    expect(heldSpans('Telefone do paciente: 91234-5678')).toEqual([['phone', '91234-5678']]);
  });
});

describe('email', () => {
  it('records addresses of authors and agencies without holding them', () => {
    const text = 'Corresponding author: j.o-doe+lab@dept.example.edu. Write to 2020@nei.nih.gov, or nobody@localhost.';
    expect(allSpans(text)).toEqual([
      ['email/form', 'j.o-doe+lab@dept.example.edu'],
      ['email/form', '2020@nei.nih.gov'],
    ]);
    expect(heldSpans(text)).toEqual([]);
  });

  it('counts behind a patient’s label', () => {
    expect(heldSpans('Patient e-mail: ana@example.org')).toEqual([['email', 'ana@example.org']]);
  });
});
