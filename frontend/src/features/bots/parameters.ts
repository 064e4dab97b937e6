// A strategy's JSON Schema as fields of a form: what to draw, what to accept, what to send.
import * as z from '../../validation';
import type { Strategy } from '../../api/types';

const property = z.object({
  /** Absent for a structure that is described by reference. */
  type: z.enum(['integer', 'number', 'string', 'boolean', 'array', 'object']).optional(),
  title: z.string().optional(),
  description: z.string().optional(),
  default: z.unknown(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  step: z.number().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  oneOf: z.array(z.object({ const: z.unknown(), title: z.string().optional() })).optional(),
});

const parameterSchema = z.object({
  properties: z.record(z.string(), property).default({}),
  required: z.array(z.string()).default([]),
});

export interface ParameterField {
  name: string;
  title: string;
  help: string | undefined;
  kind: 'integer' | 'number' | 'text' | 'choice' | 'structure';
  /** Of a choice: what can be chosen, and the words for it. */
  options: readonly string[];
  titles: Readonly<Record<string, string>>;
  initial: string;
  minimum: number | undefined;
  maximum: number | undefined;
  /** How finely it is worth trying. */
  step: number | undefined;
  required: boolean;
  /** How the API wants it. */
  sent: 'number' | 'text' | 'boolean' | 'json';
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
    titles: titlesOf(declared),
    initial: textOf(declared.default),
    minimum: declared.minimum,
    maximum: declared.maximum,
    step: declared.step,
    required: required.has(name),
    sent: sentAs(declared),
  }));
}

type Declared = z.infer<typeof property>;

function kindOf(declared: Declared): ParameterField['kind'] {
  if (declared.enum || declared.type === 'boolean') return 'choice';
  if (declared.type === 'integer' || declared.type === 'number') return declared.type;
  return declared.type === 'string' ? 'text' : 'structure';
}

function sentAs(declared: Declared): ParameterField['sent'] {
  if (declared.type === 'boolean') return 'boolean';
  if (declared.type === 'integer' || declared.type === 'number') return 'number';
  return declared.type === 'string' ? 'text' : 'json';
}

function titlesOf({ type, oneOf }: Declared): Record<string, string> {
  if (type === 'boolean') return { true: 'Yes', false: 'No' };
  return Object.fromEntries((oneOf ?? []).map((one) => [String(one.const), one.title ?? String(one.const)]));
}

/** A value as the form holds it: a structure is written out as JSON. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  return typeof value === 'object' ? JSON.stringify(value, null, 2) : JSON.stringify(value);
}

export function initialTexts(fields: readonly ParameterField[]): ParameterTexts {
  return Object.fromEntries(fields.map((field) => [field.name, field.initial]));
}

/** What is wrong with one parameter by itself, as a sentence. What only two of them tell, the server says. */
export function problemWith(field: ParameterField, text: string | undefined): string | null {
  const given = text?.trim() ?? '';
  if (given === '') return field.required ? `Enter ${range(field)}.` : null;
  if (field.kind === 'structure')
    return isJson(given) ? null : 'This is not valid JSON. Check quotes, commas and brackets.';
  if (field.kind === 'choice') return field.options.includes(given) ? null : 'Choose one of the list.';
  if (field.kind === 'text' || isNumberFor(field, given)) return null;
  return `${field.title} must be ${range(field)}.`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
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
  if (kind !== 'integer' && kind !== 'number') return 'a value';
  const words = kind === 'integer' ? 'a whole number' : 'a number';
  if (minimum !== undefined && maximum !== undefined) return `${words} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${words} of at least ${minimum}`;
  if (maximum !== undefined) return `${words} of at most ${maximum}`;
  return words;
}

/** The parameters as the API wants them; empty ones are left to their defaults. */
export function toConfig(fields: readonly ParameterField[], texts: ParameterTexts): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const field of fields) {
    const text = texts[field.name]?.trim() ?? '';
    if (text === '') continue;
    config[field.name] = sentValue(field, text);
  }
  return config;
}

function sentValue(field: ParameterField, text: string): unknown {
  // What is no JSON yet is sent as it is: the server says what is wrong with it.
  if (field.sent === 'json') return isJson(text) ? (JSON.parse(text) as unknown) : text;
  if (field.sent === 'boolean') return text === 'true';
  return field.sent === 'number' ? Number(text) : text;
}

/** A bot's stored parameters as texts of the form. */
export function toTexts(fields: readonly ParameterField[], config: Record<string, unknown>): ParameterTexts {
  return Object.fromEntries(
    fields.map((field) => [field.name, field.name in config ? textOf(config[field.name]) : field.initial]),
  );
}
