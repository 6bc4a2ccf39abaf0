/** The texts of the page whose contrast to what is behind them, by WCAG 2, is below 4.5. */
export const tooFaint = `(() => {
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number)
  const channel = (it) => (it <= 10.31475 ? it / 3294.6 : ((it / 255 + 0.055) / 1.055) ** 2.4)
  const light = ([red, green, blue]) => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue)
  const behind = (it) => {
    const colour = it === null ? [255, 255, 255] : parts(getComputedStyle(it).backgroundColor)
    return colour[3] === 0 ? behind(it.parentElement) : colour
  }
  return [...document.querySelectorAll("body *")].flatMap((it) => {
    const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")
    if (!(own || it.matches("input, select")) || it.getClientRects().length === 0) return []
    const [dark, bright] = [light(parts(getComputedStyle(it).color)), light(behind(it))].sort((a, b) => a - b)
    const contrast = (bright + 0.05) / (dark + 0.05)
    return contrast < 4.5 ? [it.tagName + " " + it.textContent.trim().slice(0, 40) + " " + contrast.toFixed(2)] : []
  })
})()`
