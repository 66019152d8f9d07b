import { describe, expect, it } from 'vitest';
import { isCaption, sectionDepth } from '../../../../core/reading/layout/section-number.js';
import { isContinuedCaption } from '../../../../core/reading/layout/table-over-pages.js';

describe('words that number sections, tables and figures', () => {
  it.each([
    ['3 Dosage', 1],
    ['3.1.2. Doses', 3],
    ['Chapter 3', 1],
    ['Capítulo 3 Tratamento', 1],
    ['CAPITULO IV', 1],
    ['Anexo A – Ficha de notificação', 1],
    ['Apêndice B', 1],
    ['Seção 2', 1],
    ['Sección 2', 1],
    ['Kapitel 4', 1],
    ['Annexe 1', 1],
    ['Referências', 0],
    ['Parte a ser revista', 0],
    ['Anexos', 0],
    ['2019 foi um ano', 0],
  ])('%s has depth %i', (title, depth) => {
    expect(sectionDepth(title)).toBe(depth);
  });

  it.each([
    'Table 2',
    'Fig. 3: Flow',
    'Tabela 1 – Doses',
    'Quadro 3.',
    'Gráfico 2',
    'Fluxograma 1: manejo',
    'Tabla 4',
    'Abb. 2',
    'Table A1 Doses',
    'Figura 2a. Coração',
  ])('%s is a caption', (text) => {
    expect(isCaption(text)).toBe(true);
  });

  it.each(['Tables 2 and 3 show', 'Table of contents', 'Tabelas', 'Boxing', 'Figure skating 2'])(
    '%s is none',
    (text) => {
      expect(isCaption(text)).toBe(false);
    },
  );

  it.each([
    'Table 2 (continued)',
    'Tabela 2 – continuação',
    'Tabela 2 (cont.)',
    'Quadro 1 (continua)',
    'Tableau 3 (suite)',
    'Table A1. Doses (cont.)',
  ])('%s goes on', (text) => {
    expect(isContinuedCaption({ kind: 'caption', text, boxes: [] })).toBe(true);
  });

  it('a table of contents in the text does not', () => {
    expect(isContinuedCaption({ kind: 'caption', text: 'Tabela 2 – Doses de continuidade', boxes: [] })).toBe(false);
  });
});
