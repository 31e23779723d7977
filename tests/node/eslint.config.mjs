// Rules for the scripts of the pages: `npm run lint --prefix tests/node`.

import js from "@eslint/js";
import noUnsanitized from "eslint-plugin-no-unsanitized";
import globals from "globals";

const rules = {
  "array-callback-return": "error",
  curly: ["error", "multi-line"],
  "default-case-last": "error",
  eqeqeq: "error",
  "no-alert": "error",
  "no-console": "error",
  "no-else-return": "error",
  "no-eval": "error",
  "no-implied-eval": "error",
  "no-implicit-globals": "error",
  "no-lonely-if": "error",
  "no-loop-func": "error",
  "no-new-func": "error",
  "no-promise-executor-return": "error",
  "no-script-url": "error",
  "no-self-compare": "error",
  "no-shadow": "error",
  "no-template-curly-in-string": "error",
  "no-throw-literal": "error",
  "no-unreachable-loop": "error",
  "no-unused-expressions": "error",
  "no-use-before-define": ["error", { functions: false, variables: false }],
  "no-useless-concat": "error",
  "no-useless-return": "error",
  "no-var": "error",
  "object-shorthand": "error",
  "prefer-arrow-callback": "error",
  "prefer-const": "error",
  "prefer-object-has-own": "error",
  "prefer-rest-params": "error",
  "prefer-spread": "error",
  "prefer-template": "error",
  radix: "error",
  strict: ["error", "global"],
  // Text of abstracts must never reach a parser of HTML.
  "no-restricted-properties": [
    "error",
    ...["innerHTML", "outerHTML", "srcdoc", "insertAdjacentHTML", "createContextualFragment"].map(
      (property) => ({ property, message: "Make elements, and text as text nodes." }),
    ),
    { object: "document", property: "write" },
    { object: "document", property: "writeln" },
  ],
};

export default [
  js.configs.recommended,
  noUnsanitized.configs.recommended,
  {
    languageOptions: {
      ecmaVersion: 2023,
      sourceType: "script",
      globals: globals.browser,
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules,
  },
  {
    // Plain scripts that share one global, which the first of them makes.
    files: ["kg/export/html/*.js"],
    languageOptions: { globals: { kg: "writable", vis: "readonly" } },
  },
  {
    files: ["kg/export/html/graph.js"],
    languageOptions: { globals: { kg: "off" } },
    rules: { "no-implicit-globals": "off", "no-unused-vars": ["error", { vars: "local" }] },
  },
  {
    // The only script of its page.
    files: ["kg/serve/static/*.js"],
    rules: { "no-implicit-globals": "off", "no-redeclare": ["error", { builtinGlobals: false }] },
  },
];
