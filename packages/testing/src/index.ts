/**
 * The accounts of an emulator in a JSON file, for the command line and for containers.
 *
 * @since 0.1.0
 */
export * as Accounts from "./Accounts.ts"

/**
 * The Clickatell SOAP service as a value: it answers, sends, forgets and breaks as the real one does, on the test's clock.
 *
 * It is one account, or as many as its options say. Time is the `Clock`'s, so that under `TestClock` a session lives 15 virtual
 * minutes; ids come from a generator that is seeded by `Random` when the layer is built.
 *
 * @since 0.1.0
 */
export * as Emulator from "./Emulator.ts"

/**
 * The emulator behind a real socket, for clients of any language: SOAP by POST at any path, its WSDL at `?wsdl`, the
 * schema that this imports at `?xsd`, and a page for people at `/`.
 *
 * @since 0.1.0
 */
export * as EmulatorServer from "./EmulatorServer.ts"

/**
 * What can go wrong with one request, as a value: for `Emulator.fail` in a test and for the steps of a `Script`.
 *
 * @since 0.1.0
 */
export * as Fault from "./Fault.ts"

/**
 * What becomes of the messages to a number, as a value: for the emulator's `numbers` and `setNumber`, and for a `Script`.
 *
 * @since 0.1.0
 */
export * as Outcome from "./Outcome.ts"

/**
 * Scripted faults in a JSON file, for the command line and for tests that keep their weather outside the code.
 *
 * @since 0.1.0
 */
export * as Script from "./Script.ts"

/**
 * The service's two contracts as WSDL 1.1, for SOAP clients that generate themselves from one.
 *
 * Written from the published facts: names, namespaces, types and order are Clickatell's, and only the operations that the
 * emulator knows by itself are described.
 *
 * @since 0.1.0
 */
export * as Wsdl from "./Wsdl.ts"
