/** Words of fields, tables, dialogs and acts, wherever they stand. */
export const forms = {
  cancel: 'Cancel',
  keep: 'Keep it',
  close: 'Close',
  done: 'Done',
  show: 'Show',
  hide: 'Hide',
  copy: 'Copy',
  copied: 'Copied',
  copyByHand: 'Select it and copy it by hand: this browser does not let a page copy.',
  undo: 'Undo',
  dismiss: 'Dismiss',
  optional: 'optional',
  reason: 'Reason, for the journal',
  reasonHint: 'Optional.',
  holdHint: 'Hold the button for a second, or type the name.',
  /** "Remove Ben" becomes "Hold to remove Ben". */
  hold: (act: string) => `Hold to ${act.charAt(0).toLowerCase()}${act.slice(1)}`,
  typeName: (name: string) => `Type “${name}” to go on`,
  actions: 'Acts',
} as const

export const secrets = {
  kept: 'One is kept. It is never shown again.',
  replace: 'Replace',
  replaceIt: (title: string) => `Replace: ${title}`,
  keep: 'Keep the old one',
  emptied: 'Empty: the old one is forgotten.',
} as const
