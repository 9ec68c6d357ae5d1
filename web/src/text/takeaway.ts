/** Words for what can be taken away from a chart. */
export const takeaway = {
  open: 'Take away',
  png: 'Picture (PNG)',
  svg: 'Drawing (SVG)',
  csv: 'Readings (CSV)',
  more: 'Readings, other forms…',
  span: (from: string, to: string) => `${from} to ${to}`,
  lost: 'What draws pictures did not load. It is fetched again every few seconds while this is open.',
  failed: 'The picture could not be drawn.',
} as const
