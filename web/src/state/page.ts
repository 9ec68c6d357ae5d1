import type { Role } from '@krausen/client'
import type { Component } from 'svelte'

/** What a page says of itself: where it is, what it is called, who may open it and where it stands in the menu. */
export interface Page {
  /** Pattern of its address: "/", "/vessels/:id"; "*" is shown when no other fits. */
  path: string
  title: string
  /** Name of its icon; pages outside the menu need none. */
  icon?: string
  group: 'brewing' | 'plant' | 'foot' | 'none'
  /** The least role that may open it; "guest" needs no sign-in. */
  role: Role | 'guest'
  /** Order within its group, and whether the bar of a phone shows it. Pages without a place are reached otherwise. */
  place?: { order: number; bar?: boolean; key?: string }
}

/** What a page is given: the named parts of its address. */
export interface PageProps {
  params: Record<string, string>
}

export type PageComponent = Component<PageProps>

export type { Role } from '@krausen/client'
