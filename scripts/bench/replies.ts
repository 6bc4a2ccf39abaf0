let replies = 0

/** A reply that nobody can have remembered: every one carries another id, which `auth` and `ping` may both answer with. */
export const write = (operation: string, size = 0): string => {
  const id = (++replies).toString(16).padStart(32, "0")
  const entry = `<ns1:route id="${id.slice(-8)}">a header that a client has to read past</ns1:route>`
  const header = size === 0 ? "" : `<SOAP-ENV:Header>${entry.repeat(Math.floor(size / entry.length))}</SOAP-ENV:Header>`
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"` +
    ` xmlns:ns1="http://api.clickatell.com/soap/document_literal/webservice">${header}<SOAP-ENV:Body>` +
    `<ns1:${operation}Response><return>OK: ${id}</return></ns1:${operation}Response></SOAP-ENV:Body></SOAP-ENV:Envelope>`
  )
}
