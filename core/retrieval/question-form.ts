/**
 * Names that mean one and the same, by the rest of the pair: international and American names of substances (WHO INN and
 * USAN), units, spellings. Nothing that is merely near.
 */
const SAME = new Map(
  Object.entries({
    acetaminophen: 'paracetamol',
    epinephrine: 'adrenaline',
    norepinephrine: 'noradrenaline',
    albuterol: 'salbutamol',
    frusemide: 'furosemide',
    lignocaine: 'lidocaine',
    rifampin: 'rifampicin',
    cyclosporine: 'ciclosporin',
    cyclosporin: 'ciclosporin',
    meperidine: 'pethidine',
    glyburide: 'glibenclamide',
    milligram: 'mg',
    milligramme: 'mg',
    microgram: 'mcg',
    microgramme: 'mcg',
    ug: 'mcg',
    μg: 'mcg',
    kilogram: 'kg',
    millilitre: 'ml',
    milliliter: 'ml',
    percent: '%',
    max: 'maximum',
    children: 'child',
    men: 'man',
    women: 'woman',
    diagnoses: 'diagnosis',
    paediatric: 'pediatric',
    oedema: 'edema',
    anaemia: 'anemia',
    haemorrhage: 'hemorrhage',
    haemodialysis: 'hemodialysis',
    oesophageal: 'esophageal',
    diarrhoea: 'diarrhea',
    tumour: 'tumor',
    leukaemia: 'leukemia',
    hypoglycaemia: 'hypoglycemia',
    hyperkalaemia: 'hyperkalemia',
  }),
);

const SHORTENED = new Map(
  Object.entries({
    "what's": 'what is',
    "can't": 'can not',
    cannot: 'can not',
    "won't": 'will not',
    "shouldn't": 'should not',
    "mustn't": 'must not',
    "isn't": 'is not',
    "aren't": 'are not',
    "don't": 'do not',
    "doesn't": 'does not',
    "didn't": 'did not',
  }),
);

/** How people begin and end a question, which says nothing of what they ask. */
const OPENING =
  /^(?:(?:hi|hello|please|thanks|thank you) |(?:can|could|would) you (?:please )?(?:tell me|show me|give me|explain) (?:please )?|(?:tell|show|give) me |i (?:would like|want|need) to know |do you know |what (?:is|are) )+/;
const CLOSING = /(?: (?:please|thanks|thank you))+$/;

/** Behind these `a` is an article; behind others it may be a name (`vitamin a`, `hepatitis a`, `group a`). */
const BEFORE_ARTICLE = new Set(
  'is are of for in with to have has take give get as by on if when does do can after before during'.split(' '),
);
/** `a fib` is no `fib`. */
const AFTER_NO_ARTICLE = new Set(['fib', 'flutter', 'line']);

/** Numbers with their points, words, and each other sign by itself. Marks that only set a sentence are left out. */
const TOKENS =
  /\d+(?:[.,:]\d+)*|[\p{L}\p{M}]+(?:'[\p{L}\p{M}]+)?|[^\s\p{L}\p{M}\p{N}?!.,;:"'()\u00AD-]|(?<=^|[\s(])-(?=\d)/gu;

/**
 * What a question asks, without how it asks it: equal for two questions only where every word, number, unit and sign that bears
 * on the answer is the same and in the same order. Politeness, openings, articles, case, plural, spelling and double names of
 * substances go; a drug, a dose, a negation, a side, an age, a comparison or a time never does, as nothing is left out that
 * is not listed here. Rather too few questions are alike than one too many.
 */
export function questionForm(question: string): string {
  const plain = question.normalize('NFKC').replace(/[\u2018\u2019\u02BC]/g, "'");
  const tokens = (plain.match(TOKENS) ?? []).map(inUsualCase);
  const words = tokens.flatMap((token) => (SHORTENED.get(token) ?? token).split(' ')).join(' ');
  const kept = words.replace(OPENING, '').replace(CLOSING, '').split(' ');
  return kept
    .filter((word, at) => !isArticle(word, kept[at - 1], kept[at + 1]))
    .map(singular)
    .map((word) => SAME.get(word) ?? word)
    .join(' ');
}

/** A capital may begin a sentence; others are of a name (`AIDS`, `mM`), and `Mg` is not `mg`. */
function inUsualCase(token: string): string {
  return token !== 'Mg' && /^\p{Lu}?[\p{Ll}\p{M}']*$/u.test(token) ? token.toLowerCase() : token;
}

function isArticle(word: string, before: string | undefined, after: string | undefined): boolean {
  if (word === 'the' || word === 'an') return after !== undefined;
  return (
    word === 'a' &&
    after !== undefined &&
    !AFTER_NO_ARTICLE.has(after) &&
    (before === undefined || BEFORE_ARTICLE.has(before))
  );
}

/** `doses`, `tablets`; not `virus`, `sepsis`, `abscess`, `diabetes`. */
function singular(word: string): string {
  const bare = word.replace(/'s$/, '');
  return bare.length > 3 && /[^sui]s$/.test(bare) && !bare.endsWith('tes') ? bare.slice(0, -1) : bare;
}
