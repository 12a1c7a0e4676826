// What tells one translator from another; scripts/web writes it.
export const VERSION: string;
