/** The most that a logo may have, as text in the settings. */
export const LOGO_LONGEST = 64 * 1024
/** Twice the size it is shown at, for fine screens. */
const SIDE = 96
const SVG = 'image/svg+xml'

/** The file is no picture, or none that the browser knows. */
export class NoPicture extends Error {
  override readonly name = 'NoPicture'
}

/** Even made small it has more than the logo has room for. */
export class TooBig extends Error {
  override readonly name = 'TooBig'
  constructor(readonly bytes: number) {
    super(`${bytes} bytes`)
  }
}

/** A size that fits the place of the logo, in proportion; what is smaller stays as it is. */
export function fitted(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, SIDE / Math.max(width, height, 1))
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) }
}

/** True for what may be shown as a logo: a picture in the setting itself, never an address somewhere. */
export function isLogo(value: string | null): value is string {
  return value !== null && value.startsWith('data:image/') && value.length <= LOGO_LONGEST
}

/** A picture as text, made small unless it is drawn by lines. Throws NoPicture or TooBig. */
export async function logoOf(file: File): Promise<string> {
  return fittedIn(await textOf(file), file.type === SVG)
}

/** A `data:` address of a picture, made small unless it is drawn by lines. Throws NoPicture or TooBig. */
export function logoIn(picture: string): Promise<string> {
  return fittedIn(picture, picture.startsWith(`data:${SVG}`))
}

async function fittedIn(whole: string, isDrawn: boolean): Promise<string> {
  const logo = isDrawn ? whole : await small(whole)
  if (logo.length > LOGO_LONGEST) throw new TooBig(logo.length)
  return logo
}

async function small(whole: string): Promise<string> {
  const picture = new Image()
  picture.src = whole
  try {
    await picture.decode()
  } catch (failure) {
    if (failure instanceof DOMException) throw new NoPicture('This is no picture.', { cause: failure })
    throw failure
  }
  const canvas = document.createElement('canvas')
  Object.assign(canvas, fitted(picture.naturalWidth, picture.naturalHeight))
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas.toDataURL('image/png')
}

function textOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(String(reader.result))
    reader.onerror = () => reject(new NoPicture('This file cannot be read.', { cause: reader.error }))
    reader.readAsDataURL(file)
  })
}
