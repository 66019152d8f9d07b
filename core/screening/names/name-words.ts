import type { WordLists } from '../../ports/word-lists.js';
import { isOrdinaryWord } from '../recognisers/ordinary-words.js';

/** Names by which diseases, signs, scores, methods and statistics are called; lower case, without accents. */
const EPONYMS: ReadonlySet<string> = new Set(
  (
    'braxton hicks parkinson alzheimer crohn hodgkin churg strauss wegener kawasaki marfan turner klinefelter down edwards patau huntington wilson graves hashimoto ' +
    'addison cushing conn sheehan barrett zenker meckel hirschsprung whipple sjogren behcet raynaud takayasu buerger paget ewing wilms kaposi burkitt ' +
    'guillain barre barré lambert eaton charcot tooth bell tourette korsakoff wernicke creutzfeldt jakob gerstmann lennox gastaut dravet rett angelman prader willi ' +
    'ehlers danlos osler weber rendu kaplan meier cox mann whitney kruskal wallis wilcoxon fisher pearson spearman student bonferroni cohen bland altman cochran mantel haenszel ' +
    'hardy weinberg epstein barr coxsackie gram ziehl neelsen giemsa papanicolaou pap barthel karnofsky likert beck hamilton glasgow apgar bishop child pugh wells ranson ' +
    'framingham helsinki cochrane cronbach bayes poisson gauss markov newton reed sternberg langerhans kupffer golgi purkinje schwann ranvier bowman henle willis douglas ' +
    'foley swan ganz hickman kirschner bunsen petri doppler holter fallot eisenmenger ebstein wolff white brugada tawara his mallory weiss boerhaave budd chiari bence jones ' +
    'von willebrand recklinghausen hippel lindau hurler hunter gaucher fabry pompe tay sachs niemann pick lou gehrig still felty reiter lyme stevens johnson lyell dupuytren colles ' +
    'legg calve perthes osgood schlatter scheuermann romberg babinski kernig brudzinski murphy mcburney rovsing homans trendelenburg valsalva heimlich kegel epley dix hallpike ' +
    'hopkins sinai kaiser permanente mayo pratt penrose gleason clavien dindo braden morse mallampati karnofsky norton katz lawton zung goodglass boston rorschach minnesota montreal rockwood ' +
    'lugol ringer hartmann evans bodian duke jones amsel nugent ishihara snellen weil waldenstrom castleman rosai dorfman peutz jeghers lynch gardner cowden lesch nyhan crigler najjar gilbert dubin rotor'
  ).split(' '),
);

/** Words of places, agencies, products and calendars that stand capitalised side by side; lower case. */
const PUBLIC_WORDS: ReadonlySet<string> = new Set(
  (
    'monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october november december ' +
    'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro segunda terça quarta quinta sexta sábado domingo ' +
    'america american americans africa african africans asia asian asians europe european europeans britain british england english scotland scottish wales welsh ireland irish ' +
    'france french germany german italy italian spain spanish portugal portuguese brazil brasil brazilian brasileiro brasileira china chinese japan japanese korea korean india indian ' +
    'mexico mexican canada canadian australia australian zealand russia russian israel israeli arabia saudi egypt turkey iran iraq pakistan bangladesh thailand vietnam indonesia nigeria kenya ghana ethiopia ' +
    'york angeles francisco diego antonio jose orleans vegas jersey hampshire mexico carolina dakota virginia island rhode washington california texas florida ohio illinois michigan georgia pennsylvania ' +
    'massachusetts maryland minnesota wisconsin missouri tennessee kentucky alabama louisiana oregon oklahoma connecticut iowa kansas arkansas utah nevada nebraska idaho hawaii maine montana delaware alaska vermont wyoming colorado arizona indiana mississippi ' +
    'london paris berlin madrid rome boston chicago houston atlanta baltimore bethesda rockville philadelphia seattle toronto sydney tokyo beijing geneva lisbon lisboa porto paulo rio janeiro sul norte minas gerais bahia ' +
    'united states kingdom nations republic federal state county city district north south east west northern southern eastern western central new great ' +
    'world health organization national international institute institutes institutos department ministry agency administration society association academy college university universidade universidad faculdade hospital hospitals clinic center centre centers ' +
    'foundation council committee commission service services public medical medicine clinical research sciences science school library journal review reviews cochrane database bureau office division program programme network alliance trust group ' +
    'instituto ministério secretaria fundação sociedade associação conselho centro serviço saúde nacional municipal estadual rua avenida praça ' +
    'street avenue road boulevard drive lane court suite floor building house park hill lake river bay beach mount saint santa são los las san ' +
    'medicare medicaid nhs nice fda cdc nih who hiv aids covid sars adhd copd pubmed medline embase scopus google twitter facebook youtube linkedin microsoft apple ' +
    'jesus christ god christmas easter ramadan hispanic hispanics latino latina caucasian caucasians black white native pacific islander jewish muslim christian catholic ' +
    'table figure appendix chapter section page box note part panel annex tabela figura capítulo anexo'
  ).split(' '),
);

/** Titles and contractions. */
const NEVER =
  /^(?:dra?|prof|mrs?|ms|mx|md|phd|rn|np|do|jr|sr|sra|inc|ltd|i[’'](?:m|ve|ll|d)|we[’']\p{L}{1,2}|it[’']s|don[’']t|let[’']s)$/iu;

export function folded(word: string): string {
  return word.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

/** Whether a word can be no part of a person's name where nothing but its form speaks for it. */
export function isPublicWord(word: string): boolean {
  return PUBLIC_WORDS.has(word.toLowerCase()) || EPONYMS.has(folded(word)) || isOrdinaryWord(word);
}

export function isEponym(word: string): boolean {
  return EPONYMS.has(folded(word));
}

/** How much a single word looks like a name: 2 hardly anything else, 1 a name or a word, 0 a word. */
export function nameLikeness(word: string, lists: WordLists): 0 | 1 | 2 {
  const bare = word.replace(/[’']s$/u, '');
  const parts = bare.split(/[-–]/u).filter((part) => part !== '');
  if (parts.length > 1) {
    const each = parts.map((part) => nameLikeness(part, lists));
    return each.every((value) => value > 0) ? (Math.max(...each) as 1 | 2) : 0;
  }
  if (NEVER.test(bare)) return 0;
  // `Robert Johnson` and `Santos Houston` are persons: what is public alone may be part of a name beside another word.
  if (isPublicWord(bare)) return lists.isName(bare) && !isOrdinaryWord(bare) ? 1 : 0;
  // Abbreviations: `IUD`, `MRI`. Short surnames in capitals are in the list.
  if (/^\p{Lu}{2,5}$/u.test(bare) && !lists.isName(bare)) return 0;
  const isOrdinary = lists.isOrdinary(bare);
  if (lists.isName(bare)) return isOrdinary ? 1 : 2;
  // In no list at all: a foreign name, a drug, a place, a typing error.
  return isOrdinary ? 0 : 1;
}
