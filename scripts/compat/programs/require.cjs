// A program of CommonJS, which gets at modules by `require`.
const { Session } = require("@effect-clickatell/core")
const { HttpTransport } = require("@effect-clickatell/platform")

console.log(typeof Session.layer === "function" && typeof HttpTransport.layer === "function" ? "passed" : "no layer")
