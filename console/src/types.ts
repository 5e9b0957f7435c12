/** The data of the staff API (docs/staff-api.md) that every page needs. */

export type { Lang } from "@heza/widget/types";

export type Permission =
  "read" | "desk" | "dossiers" | "edit" | "approve" | "switch" | "reports" | "accounts" | "audit";

export type Role = "officer" | "editor" | "approver" | "administrator";

/** Who is signed in. */
export interface Me {
  name: string;
  roles: Role[];
  permissions: Permission[];
  csrf: string;
  ends_at: string;
  idle_ends_at: string;
}
