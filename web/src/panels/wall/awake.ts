/** Keeps the screen on as long as somebody wants it; tells whether the browser does so. Gives the act that ends it. */
export function keepAwake(tell: (isKept: boolean) => void): () => void {
  let lock: WakeLockSentinel | null = null
  let isWanted = true

  async function ask(): Promise<void> {
    if (!('wakeLock' in navigator)) return tell(false)
    try {
      lock = await navigator.wakeLock.request('screen')
      if (!isWanted) await lock.release()
      tell(isWanted)
    } catch (failure) {
      // A browser that saves its battery refuses; asked again when somebody comes back to the page.
      if (!(failure instanceof DOMException)) throw failure
      tell(false)
    }
  }

  // A page that was out of sight has lost it.
  const look = () => {
    if (document.visibilityState === 'visible') void ask()
  }
  document.addEventListener('visibilitychange', look)
  void ask()
  return () => {
    isWanted = false
    document.removeEventListener('visibilitychange', look)
    void lock?.release()
  }
}
