import type { RecommendationGrade } from '../../../contract/recommendation.js';
import { cellsOfLine } from '../../layout/table-rows.js';
import { ACC_CLASSES, ACC_LEVELS, certaintyValue, strengthValue } from './grade-parts.js';

/** The columns of a table that hold the grades of what stands in its rows. */
export interface GradeColumns {
  readonly strength: number | null;
  readonly certainty: number | null;
  /** ACC/AHA alone head their columns COR and LOE. */
  readonly isAcc: boolean;
}

const STRENGTH_HEADER =
  /^(?:COR|class(?:\s?[a-c*†])?|classe|clase|(?:class|grade|strength)\s+of\s+(?:the\s+)?recommendations?|recommendation\s+(?:grade|strength|class)|strength|for[çc]a(?:\s+da\s+recomenda[çc][ãa]o)?|(?:grau|classe)\s+d[ae]\s+recomenda[çc][ãa]o|(?:fuerza|grado|clase)\s+de\s+(?:la\s+)?recomendaci[óo]n)$/iu;
const CERTAINTY_HEADER =
  /^(?:LOE|level(?:\s?[a-c*†])?|n[íi]vel|nivel|(?:level|quality|certainty|strength)\s+of\s+(?:the\s+)?evidence|evidence(?:\s+(?:level|quality|certainty|grade))?|certainty(?:\s+in\s+(?:the\s+)?evidence)?|quality|certeza|(?:n[íi]vel|qualidade|certeza)\s+d[ae]\s+evid[êe]ncia|(?:nivel|calidad|certeza)\s+de\s+(?:la\s+)?evidencia)$/iu;
const STATEMENT_HEADER = /recommend|statement|recomenda|declara|afirma/iu;
/** A table that says what grades mean has the grade beside one of these. */
const LEGEND_HEADER =
  /^(?:definitions?|descriptions?|meaning|interpretation|implications?|explanation|criteria|suggestions?\s+for\s+practice|suggested\s+wording.*|wording|benefits?\s+v.*|what\s+it\s+means|defini[çc][ãa]o|definici[óo]n|significado|descri[çc][ãa]o|descripci[óo]n)$/iu;

/** By the header row; `null`: the table has no such columns. */
export function gradeColumns(header: string): GradeColumns | null {
  const names = cellsOfLine(header);
  if (names.some((name) => LEGEND_HEADER.test(name))) return null;
  const strength = names.findIndex((name) => STRENGTH_HEADER.test(name));
  const certainty = names.findIndex((name) => CERTAINTY_HEADER.test(name));
  if (strength < 0 && (certainty < 0 || !names.some((name) => STATEMENT_HEADER.test(name)))) return null;
  const isAcc = names.some((name) => /^(?:COR|LOE)$/.test(name));
  return { strength: strength < 0 ? null : strength, certainty: certainty < 0 ? null : certainty, isAcc };
}

/** Whether a header is that of a table which explains grades. */
export function isLegendTable(header: string): boolean {
  const names = cellsOfLine(header);
  return names.some((name) => LEGEND_HEADER.test(name)) && names.some((name) => /grade|recommend|strength|class|level|code|evidence|recomenda|grau|n[íi]vel/iu.test(name)); // prettier-ignore
}

/** The grade of a row by its columns; `null` where they hold none. */
export function gradeOfRow(row: string, { strength, certainty, isAcc }: GradeColumns): RecommendationGrade | null {
  const cells = cellsOfLine(row);
  const cell = (at: number | null): string => (at === null ? '' : (cells[at] ?? ''));
  const [firm, sure] = [cell(strength), cell(certainty)];
  const graded = firm === '' ? null : strengthValue(firm);
  const evidence = sure === '' ? null : certaintyValue(sure);
  if (!graded && !evidence) return null;
  const isTheirs = isAcc || graded?.system === 'acc_aha' || evidence?.system === 'acc_aha';
  const byClass = graded?.kind === 'class' && isTheirs ? ACC_CLASSES[(graded.value ?? '').toLowerCase()] : undefined;
  const byLevel = evidence?.kind === 'level' && isTheirs ? ACC_LEVELS[(evidence.value ?? '').toLowerCase()] : undefined;
  const system = isTheirs ? 'acc_aha' : (graded?.system ?? evidence?.system);
  return {
    strength: graded?.strength ?? byClass ?? null,
    certainty: evidence?.certainty ?? byLevel ?? graded?.certainty ?? null,
    ...(graded?.direction === undefined ? {} : { direction: graded.direction }),
    ...(system === undefined ? {} : { system }),
    asWritten: [firm, sure].filter((one) => one !== '').join(' | '),
  };
}
