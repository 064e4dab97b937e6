// What can be done with a bot where it stands: switch it, and sell what it holds.
import type { Bot } from '../../api/types';
import { SellNow } from '../controls/SellNow';
import { SwitchButton } from './SwitchButton';

interface BotActionsProps {
  bot: Bot;
  holds: boolean;
  size?: 'small' | 'medium';
}

export function BotActions({ bot, holds, size = 'medium' }: BotActionsProps) {
  return (
    <span className={`inline-flex items-center gap-2 ${size === 'small' ? '' : 'flex-wrap'}`}>
      {holds && <SellNow bot={bot} size={size} />}
      <SwitchButton bot={bot} size={size} />
    </span>
  );
}
