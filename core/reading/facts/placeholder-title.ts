/** What office programs and typesetters put in when nobody gave a title, and names of files. */
const PLACEHOLDER =
  /^(?:microsoft (?:word|powerpoint|excel) - |untitled\b|(?:document|slide) ?\d*$|(?:powerpoint presentation|word document)$)|\.(?:docx?|pptx?|pdf|indd|tex|dvi|rtf|qxd)$/i;

/** Whether a title that a file states of itself is none. */
export function isPlaceholderTitle(title: string): boolean {
  return PLACEHOLDER.test(title);
}
