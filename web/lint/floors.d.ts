import type { Rule } from 'eslint'

export const FLOORS: string[][]
export function refusal(file: string, target: string, source: string): string | null
export const floors: Rule.RuleModule
