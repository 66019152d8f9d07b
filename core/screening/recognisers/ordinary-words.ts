/**
 * Capitalised words that follow `Patient:` or `Name:` in published text and are nobody's name: from forms, PICO tables,
 * dialogues, drug labels and addresses of institutions; English and Portuguese, lower case.
 */
const ORDINARY_WORDS: ReadonlySet<string> = new Set(
  // who is meant in general
  (
    'adult adults child children infant infants neonate neonates male female man men woman women boy girl elderly ' +
    'patient patients person people individual individuals anyone everyone someone population group cohort inpatient outpatient ' +
    'adulto adultos criança crianças homem mulher homens mulheres idoso idosos paciente pacientes ' +
    // beginnings of sentences and answers
    'a an the this that these those all any no not none yes if when what why how who where which is are was were do does did ' +
    'has have had can could should would might must i we you he she they it my your his her our their thank thanks ' +
    'please hello hi well ok okay and or but with without for from of in on at to by as see use take ask tell ' +
    // beginnings of sentences in notes and letters
    'encaminho encaminhamos atesto declaro solicito solicitamos atendi avaliei evolução nota visita alta data hora leito quarto acompanhante médico médica ' +
    'enfermeiro enfermeira enfermagem prescrição exame exames laudo resultado resultados termo consentimento cirurgia consulta retorno conduta queixa história ' +
    'refere nega apresenta evoluiu segue mantém aceitou ligou mora sem sinais medicado medicada internado internada prezado prezada senhor senhora atenciosamente cordialmente ' +
    'mãe pai filho filha esposa esposo marido irmã irmão eu ele ela seu sua este esta esse essa isso também após antes durante hoje ontem amanhã manhã tarde noite ' +
    'pressão frequência temperatura saturação glicemia hemograma creatinina mamografia tomografia ressonância ultrassom radiografia ecocardiograma biópsia curativo dieta dor febre tosse ' +
    'unidade posto ambulatório enfermaria pronto socorro maternidade clínica cardiologia ortopedia pediatria ' +
    'um uma o os as se quando não sim com sem para por ' +
    // headings about patients
    'information education history characteristics assessment care safety consent counseling counselling instructions ' +
    'advice preference preferences values factors outcome outcomes intervention comparison comparator ' +
    'diagnosis treatment management referral presentation presents presented complains denies reports states ' +
    'weight height time number name unknown anonymous withheld redacted confidential example ' +
    // conditions and things with names
    'diabetic diabetes asthma hypertension cancer disease syndrome disorder pregnant pregnancy type stage acute chronic severe mild moderate ' +
    'tablet tablets capsule capsules injection solution suspension acid sodium hydrochloride drug medicine vaccine ' +
    // institutions
    'national institute institutes center centre hospital clinic university department college society association foundation ' +
    'organization organisation agency administration ministry school health medical medicine service services committee council ' +
    'inc ltd llc gmbh corp company pharma pharmaceuticals laboratories ministério universidade sociedade'
  ).split(' '),
);

/** Whether a word is one of ordinary language, so that it is no part of a name. Case does not matter; an initial (`A.`) is none. */
export function isOrdinaryWord(word: string): boolean {
  return ORDINARY_WORDS.has(word.toLowerCase());
}
