export const PHI_MODEL = 'rampart';
