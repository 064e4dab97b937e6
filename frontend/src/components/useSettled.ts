// What is typed, once the typing rests: so that not every key asks the server.
import { useEffect, useState } from 'react';

const SHORTLY = 250;

/** The value once it has not changed for a moment. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => {
      setSettled(JSON.parse(text) as Value);
    }, SHORTLY);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return settled;
}
