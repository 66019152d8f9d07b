import type { Texts } from './en.js';

/** The words of `en-moves.ts` in Portuguese. */
export const ptMoves: Texts['moves'] = {
  title: 'Vetores',
  lead: 'As buscas por sentido usam os vetores de um modelo. Mudar uma coleção para outro modelo ou armazenamento os constrói ao lado dos atuais, compara os dois e espera por você; as buscas continuam enquanto isso.',
  indexes: 'Índices de vetores',
  none: 'Não há nenhum: este sistema não tem modelo de vetores, ou nada foi lido ainda.',
  model: 'Modelo',
  store: 'Armazenamento',
  stores: { pgvector: 'Postgres (pgvector)', qdrant: 'Qdrant' },
  state: 'Estado',
  states: { building: 'em construção', live: 'em uso', retired: 'guardado para voltar atrás' },
  incomplete: 'faltam vetores',
  under: 'Mudanças em andamento',
  moveOf: (collection, model) => `${collection} para ${model}`,
  stages: {
    accepted: 'Está para começar.',
    build: 'Os vetores estão sendo feitos.',
    compare: 'O novo índice está sendo comparado com o atual.',
    decide: 'Está pronto: passe a usá-lo ou desista dele.',
    kept: 'O novo índice está em uso. O anterior fica guardado para voltar atrás.',
    done: 'Está concluída.',
  },
  progress: (done, all) => `${done} de ${all} trechos`,
  compared: 'Como os dois respondem',
  nothingCompared:
    'Não havia com que comparar: nenhuma pergunta foi dada, e nenhum documento tem um título de três palavras.',
  questions: (count) => (count === 1 ? '1 pergunta' : `${count.toLocaleString('pt')} perguntas`),
  overlap: (share) => `${share} dos dez melhores trechos são os mesmos`,
  ndcg: (live, next) => `nDCG@10 ${live} antes, ${next} depois`,
  lost: (count) =>
    count === 0
      ? 'Nenhuma pergunta perde o que encontrava.'
      : count === 1
        ? '1 pergunta deixa de encontrar algo.'
        : `${count.toLocaleString('pt')} perguntas deixam de encontrar algo.`,
  worst: 'As perguntas que mais mudam',
  question: 'Pergunta',
  same: 'Igual',
  loses: 'Perde',
  documents: (count) => (count === 0 ? 'nada' : count === 1 ? '1 documento' : `${count} documentos`),
  promote: 'Passar a usar',
  promoteAsk: (collection, days) =>
    `As buscas em ${collection} passam a usar o novo índice. O anterior fica guardado por ${days === 1 ? '1 dia' : `${days} dias`}, para que se possa voltar atrás na hora.`,
  rollback: 'Voltar ao anterior',
  rollbackAsk: (collection) =>
    `As buscas em ${collection} voltam a usar o índice anterior. O novo fica guardado e pode ser escolhido de novo.`,
  abandon: 'Desistir',
  abandonAsk: (passages) => `O novo índice é apagado, com os vetores de ${passages}. As buscas ficam como estão.`,
  finish: 'Apagar o anterior',
  finishAsk: 'O índice anterior é apagado agora. Depois disso só se volta atrás com outra mudança.',
  decided: {
    promote: 'O novo índice está em uso.',
    rollback: 'O índice anterior está em uso de novo.',
    abandon: 'A mudança foi abandonada.',
    finish: 'O índice anterior foi apagado.',
  },
  begin: 'Mudar uma coleção',
  noModels:
    'Este sistema tem um modelo e um armazenamento; não há para onde mudar. Quem opera o sistema acrescenta modelos com EMBEDDING_MODELS, e o Qdrant com QDRANT_URL.',
  asItIs: 'como está',
  policy: 'Quem passa a usá-lo',
  policies: { ask: 'eu decido', whenNothingIsLost: 'a comparação, quando nada se perde' },
  keepDays: 'Dias em que o anterior fica guardado',
  questionsField: 'Perguntas para comparar',
  questionsHelp: 'Uma por linha, como as pessoas perguntam aqui. Os títulos dos documentos também são perguntados.',
  passages: (count) => (count === 1 ? '1 trecho' : `${count.toLocaleString('pt')} trechos`),
  estimate: 'Estimar',
  estimated: (passages, tokens, time, size) =>
    `${passages} com ${tokens} tokens: cerca de ${time} de trabalho, ${size} de vetores.`,
  tooLong: (count) =>
    `${count === 1 ? '1 trecho é mais longo' : `${count.toLocaleString('pt')} trechos são mais longos`} do que o modelo lê; o resto conta só por palavras.`,
  unknownTime: 'um tempo desconhecido',
  start: 'Começar a mudança',
  started: 'A mudança começou.',
  joined: 'Esta mudança já está em andamento.',
  collectionNeeded: 'Escolha uma coleção.',
  placeNeeded: 'Escolha outro modelo ou outro armazenamento.',
};
