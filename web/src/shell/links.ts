/** Where a click leads inside this site, or null when the browser should do what it always does. */
export function linkOf(event: MouseEvent): string | null {
  const anchor = event.target instanceof Element ? event.target.closest('a') : null
  if (!anchor || event.defaultPrevented || !isPlain(event) || !isOurs(anchor)) return null
  return anchor.pathname + anchor.search
}

/** With a key or another button, people want a new tab or window. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)
}

function isOurs(anchor: HTMLAnchorElement): boolean {
  return anchor.origin === location.origin && !anchor.target && !anchor.hash && !anchor.hasAttribute('download')
}
