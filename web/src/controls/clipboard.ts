/** Copies a text; false where the browser lets no page do that, as without a secure address. */
export async function copied(text: string): Promise<boolean> {
  const board: Clipboard | undefined = isSecureContext ? navigator.clipboard : undefined
  if (!board) return false
  try {
    await board.writeText(text)
    return true
  } catch (failure) {
    if (failure instanceof DOMException) return false
    throw failure
  }
}
