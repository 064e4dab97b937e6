// What the form of a new key holds, by the chosen exchange's declared parts, and what is sent of it.
import * as z from '../../validation';
import type { Exchange, NewApiKey } from '../../api/types';

/** The words by which a user vouches for a key of which the exchange does not tell what it may do. */
export const CONFIRMATION = 'this key cannot withdraw';

/** The parts that a key may have; which ones an exchange asks for, its `key_fields` say. */
const PARTS = ['api_key', 'api_secret', 'passphrase'] as const;
export type KeyPart = (typeof PARTS)[number];

export interface KeyFormValues extends Record<KeyPart, string> {
  exchange: string;
  label: string;
  is_testnet: boolean;
  confirm_no_withdrawal: string;
}

export type KeyField = Exchange['key_fields'][number] & { name: KeyPart };

export function emptyKey(exchange: string): KeyFormValues {
  return {
    exchange,
    label: '',
    api_key: '',
    api_secret: '',
    passphrase: '',
    is_testnet: false,
    confirm_no_withdrawal: '',
  };
}

/** The parts that this exchange asks for; one that this page cannot send is left out. */
export function keyFieldsOf(exchange: Exchange | undefined): KeyField[] {
  return (exchange?.key_fields ?? []).filter((field): field is KeyField =>
    (PARTS as readonly string[]).includes(field.name),
  );
}

/** Only the name of a key may be seen by who looks over one's shoulder. */
export function isSecret(field: KeyField): boolean {
  return field.name !== 'api_key';
}

export function isConfirmed(words: string): boolean {
  return words.trim().replace(/\.+$/, '').toLowerCase() === CONFIRMATION;
}

const SHORTEST: Record<KeyPart, number> = { api_key: 8, api_secret: 8, passphrase: 1 };

const base = z.object({
  exchange: z.string().min(1, 'Choose an exchange.'),
  label: z
    .string()
    .trim()
    .min(1, 'Give it a name that you will recognise.')
    .max(60, 'At most 60 characters.'),
  api_key: z.string(),
  api_secret: z.string(),
  passphrase: z.string(),
  is_testnet: z.boolean(),
  confirm_no_withdrawal: z
    .string()
    .refine(
      (text) => text.trim() === '' || isConfirmed(text),
      `Write exactly: ${CONFIRMATION}. Or leave it empty and confirm later.`,
    ),
});

export function keySchema(exchanges: readonly Exchange[]) {
  return base.superRefine((values, context) => {
    const exchange = exchanges.find((one) => one.id === values.exchange);
    for (const { name, label } of keyFieldsOf(exchange)) {
      if (values[name].trim().length >= SHORTEST[name]) continue;
      const message =
        values[name].trim() === '' ? `Copy it from the exchange: ${label}.` : 'This looks too short.';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  });
}

/** What is sent: the parts that the exchange has, and nothing that was typed for another one. */
export function toNewKey(values: KeyFormValues, exchange: Exchange): NewApiKey {
  const wanted = new Set(keyFieldsOf(exchange).map((field) => field.name));
  const words = values.confirm_no_withdrawal.trim();
  return {
    exchange: exchange.id,
    label: values.label.trim(),
    api_key: values.api_key.trim(),
    // The lines of a private key are part of it.
    api_secret: values.api_secret.trim(),
    passphrase: wanted.has('passphrase') ? values.passphrase.trim() : null,
    // The sandbox is play money, whatever the box says.
    is_testnet: exchange.is_sandbox || (exchange.has_testnet && values.is_testnet),
    confirm_no_withdrawal: exchange.tells_rights || words === '' ? null : words,
  };
}
