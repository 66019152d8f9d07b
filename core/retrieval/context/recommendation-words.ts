import type { RecommendationGrade } from '../../contract/recommendation.js';

const STRENGTHS = {
  strong: 'strong recommendation',
  moderate: 'moderate recommendation',
  conditional: 'conditional recommendation',
  good_practice: 'good practice statement',
  insufficient: 'insufficient evidence for a recommendation',
} as const;
const CERTAINTIES = {
  high: 'high certainty',
  moderate: 'moderate certainty',
  low: 'low certainty',
  very_low: 'very low certainty',
} as const;

/** `strong recommendation against, moderate certainty`; what no scheme maps as the document has it. */
export function recommendationWords({ strength, certainty, direction, asWritten }: RecommendationGrade): string {
  const firm = strength === null ? '' : `${STRENGTHS[strength]}${direction === 'against' ? ' against' : ''}`;
  const sure = certainty === null ? '' : CERTAINTIES[certainty];
  if (firm === '') return asWritten;
  return [firm, sure].filter((part) => part !== '').join(', ');
}

/** Of all recommendations of a passage, each said once. */
export function gradesInWords(recommendations: readonly RecommendationGrade[]): string | null {
  const words = [...new Set(recommendations.map(recommendationWords))];
  return words.length === 0 ? null : words.join('; ');
}

/** The grade that is true of a whole passage: that of its recommendations, where they do not differ. */
export function soleGrade(recommendations: readonly RecommendationGrade[]): RecommendationGrade | null {
  const [first, ...others] = recommendations;
  if (!first) return null;
  const isSame = (one: RecommendationGrade): boolean =>
    recommendationWords(one) === recommendationWords(first) && one.system === first.system && one.certainty === first.certainty; // prettier-ignore
  return others.every(isSame) ? first : null;
}
