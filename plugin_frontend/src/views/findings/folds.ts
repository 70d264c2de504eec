/** Choice of the user to unfold or fold something. */
interface Choice {
  readonly isOpen: boolean;
  /** Key of the finding that was selected then. */
  readonly selectedKey: string;
}

/** Choices by the key of what they fold. */
export type Folds = ReadonlyMap<string, Choice>;

export const withFold = (folds: Folds, key: string, choice: Choice): Folds => new Map([...folds, [key, choice]]);

/**
 * True if something is unfolded.
 * Without a choice of the user it has its default, and so it has after another finding is selected, if the default is
 * open: selecting a finding unfolds its group.
 */
export function isUnfolded(folds: Folds, key: string, selectedKey: string, isOpenByDefault: boolean): boolean {
  const choice = folds.get(key);
  if (!choice) return isOpenByDefault;
  return choice.isOpen || (isOpenByDefault && choice.selectedKey !== selectedKey);
}
