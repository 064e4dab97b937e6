// The shapes of administration by the names its pages use; all of them come from the generated document.
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type UserRow = Schemas['UserRow'];
export type UserDetails = Schemas['UserDetails'];
export type UserChange = Schemas['UserAdministration'];
export type Role = UserRow['role'];
export type KeyOfUser = Schemas['KeyOfUser'];
export type BotOfUser = Schemas['BotOfUser'];
export type BotWithOwner = Schemas['BotWithOwner'];
export type OrderWithOwner = Schemas['OrderWithOwner'];
export type DriftWithOwner = Schemas['DriftWithOwner'];
export type Queues = Schemas['Queues'];
export type Worker = Schemas['Worker'];
export type VenueSwitch = Schemas['VenueSwitch'];
export type VenueSwitchChange = Schemas['VenueSwitchChange'];
export type PlanUsers = Schemas['PlanUsers'];
export type AuditLine = Schemas['AuditEntryWithUser'];
