// The details that a user may change.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import toast from 'react-hot-toast';
import * as z from '../../validation';
import { showProblem } from '../../api/serverErrors';
import type { User } from '../../api/types';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { Moment } from '../../components/Figures';
import { Input, Select } from '../../components/Input';
import { Badge } from '../../components/Status';
import { useChangeProfile } from './commands';

const name = z.string().trim().max(80, 'At most 80 characters.');

const schema = z.object({
  username: z
    .string()
    .trim()
    .regex(/^[A-Za-z0-9_-]{3,30}$/, '3 to 30 letters, digits, hyphens or underscores.'),
  first_name: name,
  last_name: name,
  locale: z.enum(['en', 'de', 'es']),
  timezone: z.string().min(1, 'Choose a time zone.'),
});

type Values = z.infer<typeof schema>;

const FIELDS: ReadonlySet<string> = new Set(Object.keys(schema.shape));

const LOCALES = [
  { value: 'en', title: 'English: 1,234.50' },
  { value: 'de', title: 'Deutsch: 1.234,50' },
  { value: 'es', title: 'Español: 1234,50' },
] as const;

function formOf(user: User): Values {
  const locale = LOCALES.find((one) => one.value === user.locale)?.value ?? 'en';
  return {
    username: user.username,
    first_name: user.first_name ?? '',
    last_name: user.last_name ?? '',
    locale,
    timezone: user.timezone,
  };
}

export function ProfileForm({ user }: { user: User }) {
  const change = useChangeProfile();
  const { register, handleSubmit, setError, reset, formState } = useForm<Values>({
    resolver: zodResolver(schema),
    mode: 'onTouched',
    defaultValues: formOf(user),
  });
  const { errors, isSubmitting, isDirty } = formState;

  const submit = handleSubmit(async (values) => {
    try {
      const saved = await change.mutateAsync({
        ...values,
        first_name: values.first_name || null,
        last_name: values.last_name || null,
      });
      reset(formOf(saved));
      toast.success('Your details are saved.');
    } catch (cause) {
      showProblem(cause, setError, (field) => (FIELDS.has(field) ? (field as keyof Values) : null));
    }
  });

  return (
    <form noValidate onSubmit={submit} className="grid gap-5 sm:grid-cols-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm sm:col-span-2">
        <span className="font-medium">{user.email}</span>
        <Badge>{user.email_verified ? 'Verified' : 'Not verified'}</Badge>
        <Badge>Plan: {user.subscription_plan}</Badge>
        <span className="text-ink-faint">
          since <Moment at={user.created_at} />
        </span>
      </div>
      <Field label="Username" error={errors.username?.message}>
        {(input) => <Input {...input} {...register('username')} autoComplete="username" spellCheck={false} />}
      </Field>
      <span className="max-sm:hidden" />
      <Field label="First name" optional error={errors.first_name?.message}>
        {(input) => <Input {...input} {...register('first_name')} autoComplete="given-name" />}
      </Field>
      <Field label="Last name" optional error={errors.last_name?.message}>
        {(input) => <Input {...input} {...register('last_name')} autoComplete="family-name" />}
      </Field>
      <Field label="Numbers and dates" error={errors.locale?.message}>
        {(input) => (
          <Select {...input} {...register('locale')}>
            {LOCALES.map((locale) => (
              <option key={locale.value} value={locale.value}>
                {locale.title}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <Field
        label="Time zone"
        help="All times are shown in it, and your day begins at its midnight."
        error={errors.timezone?.message}
      >
        {(input) => (
          <Select {...input} {...register('timezone')}>
            {zones(user.timezone).map((zone) => (
              <option key={zone} value={zone}>
                {zone.replaceAll('_', ' ')}
              </option>
            ))}
          </Select>
        )}
      </Field>
      <div className="sm:col-span-2">
        <FormProblem message={errors.root?.server?.message} />
      </div>
      <div className="sm:col-span-2">
        <Button type="submit" variant="primary" busy={isSubmitting} disabled={!isDirty}>
          Save
        </Button>
      </div>
    </form>
  );
}

/** The zones that the browser knows, and the one that is set, which it may know by another name. */
function zones(current: string): string[] {
  return [...new Set(['UTC', current, ...Intl.supportedValuesOf('timeZone')])].sort();
}
