import type { Texts } from './en.js';

/** The sentences with which the system says why something failed; `core/contract/failures.ts` has them in English. */
export const ptFailures: Texts['failures'] = {
  EMPTY_FILE: 'O arquivo está vazio. Envie-o de novo a partir de onde foi exportado.',
  FILE_TOO_LARGE: 'O arquivo é maior do que este sistema aceita. Divida-o e envie as partes.',
  TOO_MANY_PAGES: 'O documento tem mais páginas do que este sistema aceita. Divida-o e envie as partes.',
  UNSUPPORTED_TYPE:
    'O conteúdo deste arquivo é de um tipo que não pode ser lido. Envie PDF, DOCX, PPTX, EPUB, PNG, JPEG, TIFF, HTML, Markdown, CSV, texto simples ou XML do PubMed.',
  PDF_ENCRYPTED: 'O PDF precisa de uma senha para ser aberto. Envie uma cópia sem senha.',
  PDF_DAMAGED: 'O PDF está danificado ou cortado e não pode ser aberto. Exporte-o ou baixe-o de novo.',
  PDF_XFA_FORM:
    'O PDF é um formulário que só os programas da Adobe mostram: as suas páginas contêm apenas um aviso. Abra-o neles, imprima em PDF e envie esse PDF.',
  PDF_PORTFOLIO:
    'O PDF é um portfólio: o conteúdo está nos arquivos anexados a ele, e a sua página é só uma capa. Salve os anexos e envie-os um a um.',
  IMAGE_DAMAGED: 'A imagem está danificada ou cortada e não pode ser aberta. Digitalize-a ou exporte-a de novo.',
  IMAGE_TOO_LARGE: 'A imagem tem mais pixels do que este sistema aceita. Digitalize-a ou exporte-a a 300 dpi.',
  IMAGE_UNSUPPORTED: 'A imagem está gravada de um modo que não pode ser lido. Salve-a como PDF, PNG ou JPEG e envie.',
  XML_DAMAGED: 'O XML está danificado ou cortado. Os registros antes do dano foram lidos; baixe o arquivo de novo.',
  XML_NOT_PUBMED:
    'O arquivo XML não contém registros do PubMed nem artigos do PMC. Exporte-o do PubMed no formato "PubMed XML".',
  ARCHIVE_OF_FILES:
    'Este é um pacote com arquivos dentro, e nenhum deles foi lido. Descompacte-o e envie os próprios arquivos, ou a pasta que resulta.',
  ARCHIVE_DAMAGED: 'O arquivo compactado está danificado ou cortado. Baixe-o de novo.',
  ARCHIVE_TOO_LARGE: 'Descompactado, o arquivo é maior do que este sistema aceita. Divida-o e envie as partes.',
  ARCHIVE_UNSAFE:
    'O arquivo está empacotado de um modo usado em ataques: com nomes que saem dele, ou com definições próprias. Exporte-o de novo a partir de onde foi escrito.',
  OFFICE_ENCRYPTED: 'O arquivo precisa de uma senha para ser aberto. Envie uma cópia sem senha.',
  TEXT_UNREADABLE:
    'O texto deste arquivo está numa codificação que não pode ser lida. Salve-o como UTF-8 e envie de novo.',
  NO_TEXT_FOUND: 'Nenhum texto foi encontrado neste documento, nem como texto nem nas suas imagens.',
  WORDS_LOST:
    'Algumas palavras deste documento não foram lidas; a sua conta diz em que páginas ou partes. Nada foi publicado: veja esses lugares e publique-o como está, ou envie um arquivo corrigido.',
  PAGES_FAILED:
    'Algumas páginas não puderam ser lidas; a lista de páginas dá cada motivo. Nada foi publicado: mande ler essas páginas de novo ou publique sem elas.',
  GOLDEN_ANSWER_LOST:
    'Esta versão não contém mais a resposta a uma pergunta de ouro que a guarda, por isso a versão anterior continua publicada. A lista das perguntas de ouro diz qual: corrija o documento, ou mude ou remova a pergunta, e tente de novo.',
  PAGES_GONE:
    'O modo como as outras páginas deste documento foram lidas não está mais guardado. Envie o arquivo de novo.',
  PAGE_UNREADABLE: 'Esta página está danificada e não pôde ser lida.',
  PAGE_ILLEGIBLE:
    'O reconhecimento de texto quase não distinguiu palavras nesta página. Olhe para ela e digitalize-a de novo: direita, mais escura, mais nítida.',
  PAGE_RENDER_FAILED: 'Esta página não pôde ser desenhada para o reconhecimento de texto.',
  TEXT_UNWORKABLE:
    'O texto deste documento parou o sistema várias vezes enquanto era examinado ou dividido. Procure nele repetições sem fim, ou divida-o e envie as partes.',
  OCR_FAILED: 'O reconhecimento de texto falhou nesta página.',
  PARSER_TIMEOUT:
    'A leitura deste arquivo demorou mais do que o permitido; ele deve estar danificado. Exporte-o de novo.',
  PARSER_OUT_OF_MEMORY: 'A leitura deste arquivo usou mais memória do que o permitido. Divida-o e envie as partes.',
  PARSER_CRASHED: 'O leitor deste tipo de arquivo parou de repente.',
  RECORDS_FAILED:
    'Alguns registros deste arquivo não puderam ser lidos; os outros foram publicados. Corrija o arquivo e envie-o de novo.',
  RECORDS_UNREADABLE:
    'Nenhum registro deste arquivo pôde ser lido, e nada foi publicado; a lista dos registros diz por quê. Corrija o arquivo e envie-o de novo.',
  SUPERSESSION_CIRCULAR:
    'Este documento diz que substitui a si mesmo, ou a um que o substitui. Nada foi publicado. Corrija "supersedes" e envie-o de novo.',
  DOCUMENT_DELETED: 'O documento foi excluído enquanto era lido.',
  COLLECTION_MISSING: 'A coleção deste documento não existe mais.',
  OBJECT_MISSING: 'O arquivo guardado não existe mais. Envie-o de novo.',
  OBJECT_CORRUPT: 'O arquivo guardado não tem mais o conteúdo que foi enviado. Envie-o de novo.',
  KEY_MISSING: 'Algo guardado foi selado com uma chave de cifragem que este sistema não tem.',
  MODEL_MISMATCH:
    'O modelo de vetores não é o que indexou esta coleção. Volte ao modelo anterior; quem opera o sistema pode passar os vetores para o novo: npx medindex index build.',
  MODEL_MISSING:
    'Este sistema não tem o modelo de vetores com que a coleção foi feita. Quem opera o sistema o acrescenta com EMBEDDING_MODELS.',
  PHI_DETECTOR_UNAVAILABLE: 'O modelo que procura nomes de pacientes não pode ser alcançado no momento.',
  EMBEDDING_UNAVAILABLE: 'O modelo de vetores não pode ser alcançado no momento.',
  RERANKER_UNAVAILABLE: 'O modelo que reordena não pode ser alcançado no momento.',
  EMBEDDING_MISCONFIGURED:
    'O serviço de vetores recusa este sistema: a chave, o endereço ou o modelo está errado, ou a conta foi encerrada. Quem opera o sistema corrige EMBEDDING_API_KEY, EMBEDDING_BASE_URL ou EMBEDDING_MODEL; depois, repita.',
  EMBEDDING_REFUSED: 'O modelo de vetores recusa o texto deste documento. Procure trechos que não são texto legível.',
  ENGINE_UNAVAILABLE: 'O motor de fluxos não pode ser alcançado no momento.',
  STORE_UNAVAILABLE: 'O armazenamento de objetos não pode ser alcançado no momento.',
  DATABASE_UNAVAILABLE: 'O banco de dados não pode ser alcançado no momento.',
  VECTOR_STORE_UNAVAILABLE: 'O armazenamento de vetores não pode ser alcançado no momento.',
  SOURCE_LOCATION_INVALID: 'O lugar não é s3://bucket/prefixo nem file:///pasta. Corrija-o e comece de novo.',
  SOURCE_NOT_ALLOWED:
    'Este sistema não pode ler esse lugar. Quem opera o sistema permite lugares com MEDINDEX_SOURCE_ROOTS; onde o medindex guarda os seus próprios dados nunca é um deles.',
  SOURCE_MISSING: 'Não existe tal bucket, pasta ou arquivo. Nada foi retirado. Verifique o lugar.',
  SOURCE_FORBIDDEN:
    'O acesso a este bucket, pasta ou arquivo foi negado. Nada foi retirado. Peça ao dono acesso de leitura.',
  SOURCE_CHANGED: 'O arquivo foi alterado enquanto era buscado. A próxima sincronização o lê.',
  SOURCE_UNREACHABLE: 'O bucket ou a pasta não pôde ser lido. Nada foi retirado. Comece a sincronização mais tarde.',
  SOURCES_FAILED: 'Alguns arquivos não puderam ser lidos; os outros estão no índice. A lista dá cada motivo.',
  SOURCES_CANCELLED:
    'Alguns arquivos foram cancelados antes de estarem no índice; os outros estão nele. Sincronize de novo para lê-los.',
  SOURCES_WAITING:
    'Alguns arquivos esperam por uma pessoa: retidos para revisão, com páginas que não puderam ser lidas, ou com registros que sumiram. Os outros estão no índice.',
  RECORDS_GONE:
    'Sumiram deste arquivo mais registros do que o normal, por isso foram mantidos. Se está certo, sincronize de novo e confirme as retiradas.',
  WITHDRAWALS_UNCONFIRMED:
    'Sumiram do lugar mais arquivos do que o normal, por isso os documentos foram mantidos. Se está certo, sincronize de novo e confirme as retiradas.',
  ERASURE_UNDER_WAY: 'Uma versão anterior do documento está sendo apagada. Será tentado de novo em instantes.',
  REVIEW_DECIDED: 'Sobre esta revisão já se decidiu, ou está se decidindo neste momento.',
  REVIEW_OVER:
    'Ninguém precisa mais decidir sobre esta versão: uma mais nova tomou o seu lugar, ou o documento foi excluído.',
  REVIEW_CLAIMED:
    'Outro revisor trabalha nesta revisão. Espere até que a reserva acabe, ou peça a quem a tem que a devolva.',
  REVIEW_NEEDS_ANOTHER:
    'Nesta coleção duas pessoas têm de decidir o mesmo, e você foi a primeira. Peça a outro revisor.',
  MOVE_INCOMPLETE:
    'O novo índice de vetores ainda não tem todos os vetores, ou ainda não foi comparado. Espere até que a mudança peça uma decisão.',
  MOVE_IS_LIVE: 'O novo índice de vetores já está em uso. Volte atrás primeiro, ou deixe a mudança terminar.',
  MOVE_NOT_LIVE: 'O novo índice de vetores não está em uso, por isso não há o que desfazer nem o que terminar.',
  MOVE_OVER: 'Esta mudança terminou, ou alguém decide sobre ela neste momento.',
  RESCREEN_INCOMPLETE:
    'Alguns documentos não puderam ser examinados de novo e continuam publicados como estavam. Envie os seus arquivos de novo, o que os lê e examina outra vez.',
  WORKFLOW_ENDED: 'O trabalho neste arquivo foi encerrado de fora. Repita.',
  INTERNAL: 'Algo inesperado aconteceu enquanto este arquivo era lido.',
};
