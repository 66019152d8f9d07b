/** Of the words that can be seen in real files: letters of formulas and drawings, which are drawn in another order than they are read in. */
export const MOST_LOST_SHARE = 0.0001;
