// Says which definitions Cucumber's own language service finds, by the settings that an editor would have: as JSON, from
// the settings on standard input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const { ExpressionBuilder } = require("@cucumber/language-service");
const { WasmParserAdapter } = require("@cucumber/language-service/wasm");

const settings = JSON.parse(readFileSync(0, "utf-8"));
const adapter = new WasmParserAdapter("node_modules/@cucumber/language-service/dist");
await adapter.init();
const sources = settings["cucumber.glue"].map((file) => ({
  languageName: "python",
  uri: `file://${file}`,
  content: readFileSync(file, "utf-8"),
}));
const found = new ExpressionBuilder(adapter).build(sources, settings["cucumber.parameterTypes"]);
console.log(
  JSON.stringify({
    found: found.expressionLinks.map((link) => link.expression.source),
    errors: found.errors.map((error) => error.message),
  }),
);
