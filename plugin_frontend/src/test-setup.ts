/** Tests run with Lit's development build on purpose; its greeting is no finding. */
(globalThis as { litIssuedWarnings?: Set<string> }).litIssuedWarnings = new Set(['dev-mode']);
