/** Puts what it makes of the text between the markers of that name in a page in its place. */
export const replaceBetween = (page: string, marker: string, make: (before: string) => string): string => {
  const [start, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`]
  const from = page.indexOf(start)
  const to = page.indexOf(end)
  if (from === -1 || to < from) throw new Error(`the page has no ${start} … ${end}`)
  return `${page.slice(0, from)}${start}\n\n${make(page.slice(from + start.length, to))}\n\n${page.slice(to)}`
}
