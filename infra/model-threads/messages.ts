/** Texts to compute on, one after the other. */
export interface Question {
  readonly texts: readonly string[];
  /** What a text is for, where the model makes a difference. */
  readonly purpose?: string;
  /** What each text is judged against, where the model reads two. */
  readonly against?: string;
  /** Goes before those that are not. */
  readonly isUrgent?: boolean;
}

/** What a thread is handed at birth. */
export interface ThreadData {
  readonly modelFolder: string;
}

export type ToThread =
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'close' };

export type FromThread<About, Answer> =
  | { readonly kind: 'ready'; readonly about: About }
  /** The model cannot be loaded at all; `reason` is for operators. */
  | { readonly kind: 'unusable'; readonly reason: string }
  /** One answer a text. */
  | { readonly kind: 'answered'; readonly id: number; readonly answers: readonly Answer[] }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };
