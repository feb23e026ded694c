/** What every command exits with; the highest that applies wins. */
export const exitStatus = {
  fine: 0,
  /** Findings, or different. */
  findings: 1,
  /** Wrong usage, or input that the kernel's own restore would refuse. */
  refused: 2,
  /** Understood, but the chosen output cannot carry it. */
  cannotCarry: 3,
  /** A resource limit. */
  limit: 4,
  /** A bug of ours. */
  crash: 70,
} as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];
