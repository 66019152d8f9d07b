import { describe, expect, it } from 'vitest';
import { isCns, isCpf, isDea, isLuhn, isNpi, isVin } from '../../../core/screening/check-digits.js';

describe('check digits', () => {
  it.each([
    ['CPF', isCpf, '529.982.247-25', '529.982.247-26'],
    ['CPF of equal digits', isCpf, '11144477735', '111.111.111-11'],
    ['CNS, definite', isCns, '123 4567 8901 0000', '123 4567 8901 0001'],
    ['NPI', isNpi, '1234567893', '1234567890'],
    ['DEA', isDea, 'AB1234563', 'AB1234567'],
    ['VIN', isVin, '1M8GDM9AXKP042788', '1M8GDM9A1KP042788'],
    ['card', isLuhn, '4539 1488 0343 6467', '4539 1488 0343 6468'],
  ] as const)('%s: tells a valid number from one with another digit', (_name, isValid, valid, invalid) => {
    expect([isValid(valid), isValid(invalid)]).toEqual([true, false]);
  });
});
