// The locale and zone that all figures below are written in.
import { createContext, useContext } from 'react';
import type { Region } from '../formatting';

export const RegionContext = createContext<Region>({ locale: 'en', timezone: 'UTC' });

export function useRegion(): Region {
  return useContext(RegionContext);
}
