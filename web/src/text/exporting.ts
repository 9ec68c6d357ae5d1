import { counted } from './numbers'

/** Words for taking readings away as a file. */
export const exporting = {
  open: 'Take away…',
  title: (what: string) => `Take away ${what}`,
  streams: (shown: number, all: number) => (shown === all ? `all ${counted(all, 'stream', 'streams')}` : counted(shown, 'stream', 'streams')),
  what: 'Streams',
  everything: 'All of them',
  none: 'None',
  span: 'Time',
  spans: { all: 'From the beginning', day: '24 h', week: '7 d', chosen: 'Days…' },
  from: 'From',
  to: 'To, that day included',
  noSpan: 'Choose two days, the earlier one first.',
  noStream: 'Choose a stream.',
  format: 'Form',
  formats: { csv: 'CSV', jsonl: 'JSON lines', parquet: 'Parquet', brewpi: 'BrewPi' },
  hints: {
    csv: 'A table with one reading a line, for spreadsheets. Krausen can import it again.',
    jsonl: 'One JSON object a line, for programs. Krausen can import it again.',
    parquet: 'Columns with types, for pandas and the like. The server needs pyarrow for it.',
    brewpi: 'Nine columns as BrewPi logs them: whole seconds, notes, no bad readings.',
  },
  values: 'Values',
  corrected: 'Corrected',
  raw: 'As measured',
  size: (readings: number, megabytes: string) => `About ${counted(readings, 'reading', 'readings')}, ${megabytes} MB.`,
  atMost: (readings: number, megabytes: string) => `At most ${counted(readings, 'reading', 'readings')}, ${megabytes} MB.`,
  empty: 'No reading yet: the file will hold its heading alone.',
  take: 'Take away',
  asking: 'Asking',
  failed: 'It cannot be taken away so',
} as const
