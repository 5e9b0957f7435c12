/** The words of the editing pages, and the names of the fields. */
import { catalogue } from "../language";
import fieldsEn from "../texts/editing-fields/en.json";
import fieldsVi from "../texts/editing-fields/vi.json";
import en from "../texts/editing/en.json";
import vi from "../texts/editing/vi.json";

export type FieldName = keyof typeof fieldsVi;

export const words = catalogue({ vi, en });
export const fields = catalogue({ vi: fieldsVi, en: fieldsEn });
