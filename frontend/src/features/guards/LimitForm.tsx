// The most that live bots may do together, over all accounts or on one.
import { zodResolver } from '@hookform/resolvers/zod';
import { useForm } from 'react-hook-form';
import toast from 'react-hot-toast';
import { showProblem } from '../../api/serverErrors';
import type { Limit } from '../../api/types';
import { Button } from '../../components/Button';
import { Field, FormProblem } from '../../components/Field';
import { NumberInput } from '../../components/Input';
import { useSetLimit } from './commands';
import { limitSchema, limitValues, toLimit, type LimitValues } from './limitForm';

const FIELDS = [
  {
    name: 'max_order_amount',
    label: 'Largest order',
    help: 'What one purchase may spend at most, in quote currency. A larger one is not sent.',
  },
  {
    name: 'max_open_amount',
    label: 'Most invested',
    help: 'What all open positions and purchases under way may have cost together, in quote currency.',
  },
  {
    name: 'max_open_positions',
    label: 'Most positions',
    help: 'How many positions may be open at once.',
  },
] as const;

const NAMES: ReadonlySet<string> = new Set(FIELDS.map((field) => field.name));

interface LimitFormProps {
  /** Of which account; null: over all. */
  keyId: string | null;
  limit: Limit | undefined;
}

export function LimitForm({ keyId, limit }: LimitFormProps) {
  const save = useSetLimit();
  const { register, handleSubmit, setError, reset, formState } = useForm<LimitValues>({
    resolver: zodResolver(limitSchema),
    mode: 'onTouched',
    defaultValues: limitValues(limit),
  });
  const { errors, isSubmitting, isDirty } = formState;

  const submit = handleSubmit(async (values) => {
    try {
      reset(limitValues(await save.mutateAsync(toLimit(values, keyId))));
      toast.success('The limits are saved.');
    } catch (cause) {
      showProblem(cause, setError, (name) => (NAMES.has(name) ? (name as keyof LimitValues) : null));
    }
  });

  return (
    <form noValidate onSubmit={submit} className="space-y-4">
      <div className="grid gap-4 sm:grid-cols-3">
        {FIELDS.map(({ name, label, help }) => (
          <Field key={name} label={label} help={help} optional error={errors[name]?.message}>
            {(input) => (
              <NumberInput
                {...input}
                {...register(name)}
                placeholder="no limit"
                {...(name === 'max_open_positions' ? { inputMode: 'numeric' as const } : {})}
              />
            )}
          </Field>
        ))}
      </div>
      <FormProblem message={errors.root?.server?.message} />
      <Button type="submit" size="small" busy={isSubmitting} disabled={!isDirty}>
        Save
      </Button>
    </form>
  );
}
