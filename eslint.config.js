import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(globalIgnores(["**/dist/", "var/"]), {
  files: ["*/src/**/*.ts", "*/test/**/*.ts"],
  extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { projectService: true } },
  rules: {
    // Where text could become markup or code.
    "no-restricted-properties": [
      "error",
      ...["innerHTML", "outerHTML", "insertAdjacentHTML", "write", "cssText"].map((property) => ({ property })),
    ],
    "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: false }],
  },
});
