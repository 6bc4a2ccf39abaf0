/** Puts a text between the markers of that name in a page. */
export const replaceBetween = (page: string, marker: string, text: string): string => {
  const [start, end] = [`<!-- ${marker} -->`, `<!-- /${marker} -->`]
  const from = page.indexOf(start)
  const to = page.indexOf(end)
  if (from === -1 || to < from) throw new Error(`the page has no ${start} … ${end}`)
  return `${page.slice(0, from)}${start}\n\n${text}\n\n${page.slice(to)}`
}
