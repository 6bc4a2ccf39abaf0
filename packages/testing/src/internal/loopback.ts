/** Whether a host, as `URL` or a socket names it, is this machine and nobody else can reach it. */
export const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" ||
  hostname === "[::1]" ||
  hostname === "::1" ||
  /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(hostname)

/** Whether a request's `Host` is a name of this machine; any other may be somebody's own that was made to point here. */
export const isLocal = (host: string): boolean => {
  const url = `http://${host}`
  return URL.canParse(url) && isLoopback(new URL(url).hostname)
}
