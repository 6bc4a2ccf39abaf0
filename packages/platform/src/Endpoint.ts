/**
 * The addresses at which Clickatell documented its SOAP services, with https in place of its http.
 *
 * A transport that is given one of them, over either, speaks its style unless another is set.
 *
 * @since 0.1.0
 */

/**
 * Document/literal: the default. Sources: its WSDL, and "Using the SOAP API", which calls it the most popular.
 *
 * @since 0.1.0
 * @category constants
 */
export const documentLiteral = "https://api.clickatell.com/soap/document_literal/webservice"

/**
 * RPC/encoded by its newest name. Source: "Using the SOAP API", which gives the address of its WSDL; the WSDL is not on record.
 *
 * @since 0.1.0
 * @category constants
 */
export const rpcEncoded = "https://api.clickatell.com/soap/rpc_encoded/webservice"

/**
 * RPC/encoded by its older name: the default of that style. Sources: Clickatell's page of SOAP samples, and clients that used it.
 *
 * @since 0.1.0
 * @category constants
 */
export const webservicePhp = "https://api.clickatell.com/soap/webservice.php"

/**
 * RPC/encoded for Visual Studio. Source: its WSDL, the only one of RPC/encoded that is on record.
 *
 * @since 0.1.0
 * @category constants
 */
export const webserviceVsPhp = "https://api.clickatell.com/soap/webservice_vs.php"
