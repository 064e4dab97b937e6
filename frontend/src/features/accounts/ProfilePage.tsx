// Who one is here, how numbers and times are written, and how the page looks.
import { useNavigate } from 'react-router';
import { Button } from '../../components/Button';
import { Card } from '../../components/Card';
import { Choice } from '../../components/Choice';
import { ErrorState } from '../../components/ErrorState';
import { PageHeader } from '../../components/PageHeader';
import { Skeleton } from '../../components/Skeleton';
import { chooseTheme, useTheme, type ThemeChoice } from '../../theme';
import { SwitchCard } from '../guards/SwitchCard';
import { AuditCard } from '../security/AuditCard';
import { DataCard } from '../security/DataCard';
import { EmailCard } from '../security/EmailCard';
import { LoginsCard } from '../security/LoginsCard';
import { PasswordCard } from '../security/PasswordCard';
import { SecondFactorCard } from '../security/SecondFactorCard';
import { TokensCard } from '../security/TokensCard';
import { ProfileForm } from './ProfileForm';
import { useAccount } from './queries';
import { endSession } from './session';

const THEMES: readonly { value: ThemeChoice; title: string }[] = [
  { value: 'dark', title: 'Dark' },
  { value: 'light', title: 'Light' },
  { value: 'system', title: 'As the system' },
];

export function ProfilePage() {
  const account = useAccount();
  const navigate = useNavigate();
  const choice = useTheme((state) => state.choice);
  return (
    <>
      <PageHeader title="Profile" />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,40rem)_minmax(0,24rem)]">
        <div className="grid gap-4">
          <Card title="Details">
            {account.data && <ProfileForm key={account.data.id} user={account.data} />}
            {!account.data && account.isError && (
              <ErrorState
                title="Your details could not be loaded"
                cause={account.error}
                onRetry={() => void account.refetch()}
                retrying={account.isFetching}
              />
            )}
            {!account.data && !account.isError && <Skeleton className="h-72" />}
          </Card>
          {account.data ? (
            <EmailCard key={account.data.email} user={account.data} />
          ) : (
            <Skeleton className="h-40 !rounded-lg" />
          )}
          <PasswordCard />
          <SecondFactorCard />
          <TokensCard />
          <AuditCard />
          {account.data && <DataCard user={account.data} />}
        </div>
        <div className="grid gap-4">
          <Card title="Look">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <span className="text-sm text-ink-soft">Theme of this browser</span>
              <Choice label="Theme" options={THEMES} value={choice} onChange={chooseTheme} />
            </div>
          </Card>
          <SwitchCard />
          <LoginsCard />
          <Card title="This login">
            <div className="flex flex-wrap items-center justify-between gap-3">
              <span className="text-sm text-ink-soft">Your bots go on without you.</span>
              <Button
                size="small"
                onClick={async () => {
                  await navigate('/login');
                  await endSession();
                }}
              >
                Log out here
              </Button>
            </div>
          </Card>
        </div>
      </div>
    </>
  );
}
