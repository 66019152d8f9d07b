import type { Texts } from './en.js';

const documents = (count: number): string => (count === 1 ? '1 documento' : `${count} documentos`);
const places = (count: number): string => (count === 1 ? '1 lugar' : `${count} lugares`);

/** The words of `en-bulk.ts` in Portuguese. */
export const ptBulk: Texts['bulk'] = {
  title: 'Decidir sobre muitos de uma vez',
  lead: 'Escolha por que os documentos estão retidos e o que será deles. Nada é decidido antes de você ver os números.',
  recognisers: 'O que retém documentos, e quantas vezes foi alarme falso',
  recogniser: 'Reconhecedor',
  waiting: 'Documentos que esperam',
  falseAlarms: 'Alarmes falsos',
  choose: 'Decidir sobre estes',
  chooseNamed: (name) => `Decidir sobre estes: ${name}`,
  share: (share, count, all) => `${share} (${count} de ${all})`,
  none: 'nenhum ainda',
  anyCategory: 'Qualquer uma',
  anyRecogniser: 'Qualquer um',
  value: 'Palavras encontradas',
  valueHelp:
    'Exatamente estas palavras, por exemplo um nome que está em muitos documentos. Deixe vazio para qualquer uma.',
  filterNeeded: 'Diga pelo menos uma coisa que os documentos têm em comum.',
  decisions: {
    redact: 'Anonimizar tudo o que foi encontrado e publicar',
    approve: 'Sem dados de pacientes: publicar como estão',
    reject: 'Rejeitar de vez',
  },
  remember: 'As mesmas palavras contam depois como alarme falso em',
  remembers: { document: 'o mesmo documento', collection: 'toda a coleção', nowhere: 'nenhum documento' },
  preview: 'Mostrar o que isto faria',
  nothing: 'Nada que espera corresponde.',
  would: {
    redact: (count, found) =>
      `${documents(count)} ${count === 1 ? 'é publicado' : 'são publicados'} com marcadores em ${places(found)}.`,
    approve: (count, found) =>
      `${documents(count)} ${count === 1 ? 'é publicado como está' : 'são publicados como estão'}; ${places(found)} contam como alarmes falsos.`,
    reject: (count) => `${documents(count)} nunca ${count === 1 ? 'é publicado' : 'são publicados'}.`,
  },
  second: (count) =>
    `${documents(count)} ${count === 1 ? 'espera' : 'esperam'} depois por um segundo revisor, pois a coleção pede dois.`,
  left: (count) => `${documents(count)} ${count === 1 ? 'fica como está' : 'ficam como estão'}:`,
  why: {
    REVIEW_CLAIMED: (count) => `${documents(count)}: outro revisor trabalha nele.`,
    REVIEW_NEEDS_ANOTHER: (count) => `${documents(count)}: você já decidiu, e outro revisor precisa decidir.`,
    OTHER_FINDINGS: (count) => `${documents(count)}: também retido por outra coisa.`,
    REVIEW_DECIDED: (count) => `${documents(count)}: decidido entretanto.`,
    REVIEW_OVER: (count) => `${documents(count)}: substituído ou apagado entretanto.`,
  },
  otherwise: (count, code) => `${documents(count)} ficam: ${code}.`,
  more: (count) => `Há mais que correspondem; isto trata dos ${count} mais antigos. Repita para o resto.`,
  act: (count) => `Decidir sobre ${documents(count)}`,
  done: (decided, refused) =>
    `${documents(decided)}: decidido.${refused === 0 ? '' : ` ${documents(refused)}: outra pessoa chegou antes.`}`,
};
