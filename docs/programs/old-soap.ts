// The timer is what such programs have.
// @effect-diagnostics globalTimers:off
// #region old
import { createClientAsync } from "soap"

const client = await createClientAsync(`${process.env["CLICKATELL_ENDPOINT"]}?wsdl`)
const [{ return: login }] = await client.authAsync({ api_id: 123456, user: "demo", password: "demo" })
const session_id = login.slice("OK: ".length)
setInterval(() => client.pingAsync({ session_id }), 10 * 60 * 1000)

export const send = async (to: string, text: string) => {
  const [{ return: replies }] = await client.sendmsgAsync({ session_id, to, text })
  return replies[0].slice("ID: ".length)
}
// #endregion
