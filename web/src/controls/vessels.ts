/** Outlines of vessels on a field of 80 by 108, and what stands on top of or under them. */
export interface Outline {
  /** The hollow that is filled. */
  body: string
  /** Lid, legs and pipes, drawn as lines. */
  rest: string
  /** Heights between which beer and foam stand. */
  top: number
  bottom: number
}

const BUCKET: Outline = {
  body: 'M15 13h50l-2.5 78a7 7 0 0 1-7 6.800h-31a7 7 0 0 1-7-6.800z',
  rest: 'M10.5 12.500h59M47 12V7h5.500V4',
  top: 15,
  bottom: 98,
}

const OUTLINES: Record<string, Outline> = {
  bucket: BUCKET,
  carboy: {
    body: 'M33 9h14v11c0 7 18 10.5 18 24v45a8.5 8.5 0 0 1-8.5 8.500h-33A8.5 8.5 0 0 1 15 89V44c0-13.5 18-17 18-24z',
    rest: 'M36.5 9V4h7v5',
    top: 34,
    bottom: 98,
  },
  conical: {
    body: 'M16 24c0-8 12-11 24-11s24 3 24 11v35L46.5 91v6h-13v-6L16 59z',
    rest: 'M40 13V5.500h6M18.5 64v38M61.5 64v38',
    top: 22,
    bottom: 97,
  },
  keg: {
    body: 'M20 18a7 7 0 0 1 7-7h26a7 7 0 0 1 7 7v73a7 7 0 0 1-7 7H27a7 7 0 0 1-7-7z',
    rest: 'M17 18v-7.500A4.5 4.5 0 0 1 21.5 6h37a4.5 4.5 0 0 1 4.5 4.500V18M18 95v6h44v-6',
    top: 16,
    bottom: 98,
  },
  pot: {
    body: 'M11 34h58v52a10 10 0 0 1-10 10H21a10 10 0 0 1-10-10z',
    rest: 'M8 34h64M8 46H4v10h4M72 46h4v10h-4',
    top: 38,
    bottom: 96,
  },
  crock: {
    body: 'M19 24h42c6 14 8 24 8 36 0 18-5 30-12 36H23c-7-6-12-18-12-36 0-12 2-22 8-36z',
    rest: 'M15 23.500h50M34 23v-6h12v6',
    top: 28,
    bottom: 96,
  },
}

/** The outline for a kind of vessel; a kind without a drawing of its own is drawn as a bucket. */
export function outlineOf(kind: string): Outline {
  return OUTLINES[kind] ?? BUCKET
}

/** How high the foam stands, 0 to 15, by the fall of gravity in points (0.001) a day: none below one, full at fifteen. */
export function foamHeight(fallADay: number | null): number {
  if (fallADay === null || fallADay < 0.001) return 0
  return Math.min(15, Math.round((fallADay / 0.015) * 150) / 10)
}
