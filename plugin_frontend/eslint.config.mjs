import tseslint from 'typescript-eslint';

/** Longest line of code; strings, templates and addresses count as well. */
const LINE = 120;

export default tseslint.config(
  { ignores: ['node_modules/'] },
  {
    files: ['**/*.{ts,mjs}'],
    extends: [tseslint.configs.recommended],
    rules: {
      'max-len': ['error', { code: LINE }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
