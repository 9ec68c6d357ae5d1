import { expect, test } from 'vitest'
import { firstRows, inFahrenheit } from '../../src/panels/importing/mapping'

const at = (minute: number, metric: string, value: number) => ({ time: `2026-11-21T08:0${minute}:00.000Z`, metric, value, unit: '°C' })

test('the first rows have a column for each series, and a gap where one has nothing', () => {
  const found = firstRows([at(0, 'beer', 18), at(1, 'beer', 18.1), at(1, 'room', 20)])
  expect(found?.metrics).toEqual(['beer', 'room'])
  expect(found?.rows.map((row) => row.cells.map((cell) => cell?.value))).toEqual([
    [18, undefined],
    [18.1, 20],
  ])
})

test('there are no more than five of them, and none of a file of notes', () => {
  expect(firstRows([0, 1, 2, 3, 4, 5, 6].map((minute) => at(minute, 'beer', 18)))?.rows).toHaveLength(5)
  expect(firstRows([])).toBeNull()
})

test('temperatures in °F are said of every column, or of the whole format', () => {
  const columns = [
    { title: 'Time', what: 'time' },
    { title: 'Beer: float', what: 'beer:C' },
    { title: 'SG', what: 'gravity:SG' },
  ]
  const preview = { format: 'csv_table', title: 'Table', rows: [], questions: [], columns, mapping: 'csv_table:Time=time' }
  expect(inFahrenheit(preview)).toBe('csv_table:Time=time,2=beer:F,SG=gravity:SG')
  expect(inFahrenheit({ ...preview, mapping: '' })).toBe('csv_table:unit=F')
})
