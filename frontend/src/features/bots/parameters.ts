// A strategy's JSON Schema as fields of a form: what to draw, what to accept, what to send.
import * as z from '../../validation';
import type { Strategy } from '../../api/types';

const property = z.object({
  type: z.enum(['integer', 'number', 'string', 'boolean']),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
});

const parameterSchema = z.object({
  properties: z.record(z.string(), property).default({}),
  required: z.array(z.string()).default([]),
});

export interface ParameterField {
  name: string;
  title: string;
  help: string | undefined;
  kind: 'integer' | 'number' | 'text' | 'choice';
  /** Of a choice: what can be chosen. */
  options: readonly string[];
  initial: string;
  minimum: number | undefined;
  maximum: number | undefined;
  required: boolean;
  /** How the API wants it. */
  sent: 'number' | 'text' | 'boolean';
}

export type ParameterTexts = Record<string, string>;

/** The fields in the order of the schema. A property that this page cannot draw is left to its default. */
export function fieldsOf(strategy: Pick<Strategy, 'parameters'> | undefined): ParameterField[] {
  const parsed = parameterSchema.safeParse(strategy?.parameters);
  if (!parsed.success) return [];
  const required = new Set(parsed.data.required);
  return Object.entries(parsed.data.properties).map(([name, declared]) => ({
    name,
    title: declared.title ?? name.replaceAll('_', ' '),
    help: declared.description,
    kind: kindOf(declared),
    options: declared.type === 'boolean' ? ['true', 'false'] : (declared.enum ?? []).map(String),
    initial: declared.default === undefined ? '' : String(declared.default),
    minimum: declared.minimum,
    maximum: declared.maximum,
    required: required.has(name),
    sent: sentAs(declared),
  }));
}

function kindOf(declared: z.infer<typeof property>): ParameterField['kind'] {
  if (declared.enum || declared.type === 'boolean') return 'choice';
  return declared.type === 'string' ? 'text' : declared.type;
}

function sentAs(declared: z.infer<typeof property>): ParameterField['sent'] {
  if (declared.type === 'boolean') return 'boolean';
  return declared.type === 'string' ? 'text' : 'number';
}

export function initialTexts(fields: readonly ParameterField[]): ParameterTexts {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial]));
}

/** What is wrong with one parameter by itself, as a sentence. What only two of them tell, the server says. */
export function problemWith(field: ParameterField, text: string | undefined): string | null {
  const given = text?.trim() ?? '';
  if (given === '') return field.required ? `Enter ${range(field)}.` : null;
  if (field.kind === 'choice') return field.options.includes(given) ? null : 'Choose one of the list.';
  if (field.kind === 'text' || isNumberFor(field, given)) return null;
  return `${field.title} must be ${range(field)}.`;
}

function isNumberFor(
  { kind, minimum = -Infinity, maximum = Infinity }: ParameterField,
  text: string,
): boolean {
  const number = Number(text);
  if (!/^-?\d*\.?\d+$/.test(text) || (kind === 'integer' && !Number.isInteger(number))) return false;
  return number >= minimum && number <= maximum;
}

function range({ kind, minimum, maximum }: ParameterField): string {
  if (kind === 'text' || kind === 'choice') return 'a value';
  const words = kind === 'integer' ? 'a whole number' : 'a number';
  if (minimum !== undefined && maximum !== undefined) return `${words} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${words} of at least ${minimum}`;
  if (maximum !== undefined) return `${words} of at most ${maximum}`;
  return words;
}

/** The parameters as the API wants them; empty ones are left to their defaults. */
export function toConfig(
  fields: readonly ParameterField[],
  texts: ParameterTexts,
): Record<string, number | string | boolean> {
  const config: Record<string, number | string | boolean> = {};
  for (const field of fields) {
    const text = texts[field.name]?.trim() ?? '';
    if (text === '') continue;
    config[field.name] = sentValue(field, text);
  }
  return config;
}

function sentValue(field: ParameterField, text: string): number | string | boolean {
  if (field.sent === 'boolean') return text === 'true';
  return field.sent === 'number' ? Number(text) : text;
}

/** A bot's stored parameters as texts of the form. */
export function toTexts(fields: readonly ParameterField[], config: Record<string, unknown>): ParameterTexts {
  return Object.fromEntries(
    fields.map((field) => {
      const value = config[field.name];
      const known = typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
      return [field.name, known ? String(value) : field.initial];
    }),
  );
}
