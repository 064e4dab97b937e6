// The places that the account's role may see.
import { useAccount } from '../features/accounts/queries';
import { PLACES, type Place } from './navigation';

export function usePlaces(): readonly Place[] {
  const role = useAccount().data?.role;
  return PLACES.filter(({ roles }) => !roles || (role !== undefined && roles.includes(role)));
}
