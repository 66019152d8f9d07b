export interface ChosenFile {
  readonly file: File;
  /** With its folder, as it is a part of what the document is called: `guidelines/sepsis.pdf`. */
  readonly name: string;
}
