/** The request of a client that writes it by hand. */
export const body =
  `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"` +
  ` xmlns:ns1="http://api.clickatell.com/soap/document_literal/webservice"><SOAP-ENV:Body>` +
  `<ns1:ping><session_id>${"0".repeat(32)}</session_id></ns1:ping></SOAP-ENV:Body></SOAP-ENV:Envelope>`

/** Its headers. */
export const headers = {
  "content-type": "text/xml; charset=utf-8",
  SOAPAction: `"http://api.clickatell.com/soap/document_literal/webservice/ping"`
}

/** The least that a client can do with a reply. */
export const check = (reply: string): void => {
  if (!reply.includes("<return>OK:")) throw new Error(`not a pong: ${reply.slice(0, 200)}`)
}
