/**
 * Characters that count as a token at least. English prose has 4.7 a token; a tokenizer that takes a megabyte without
 * spaces for one unknown word must not make one passage of it.
 */
export const MAX_CHARACTERS_A_TOKEN = 10;
